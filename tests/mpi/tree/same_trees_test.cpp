// The trees do not know how many ranks share them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/describe.hpp"
#include "cecropia/tree/source.hpp"
#include "mpi/tree/shared_folder.hpp"

namespace cecropia::tree {
namespace {

using cecropia::testing::TinyFile;
using cecropia::testing::two_trees;

/// A halo as a record that all ranks can compare.
struct Record {
  std::int64_t level, forest, id, descendant, host, n_progenitors, flags;
  double m_vir_msun;
  float x, y, z, zero;
};
static_assert(sizeof(Record) == 80);

/// The concatenation over ranks of every level, on every rank.
std::vector<Record> in_walking_order(const Forest& f, const parallel::Communicator& ranks) {
  std::vector<Record> all;
  for (std::size_t l = 0; l < f.n_levels(); ++l) {
    std::vector<Record> mine;
    for (Halo h = f.level_begin[l]; h < f.level_begin[l + 1]; ++h) {
      const auto at = f.position_cmpc.empty() ? std::array<float, 3>{} : f.position_cmpc[h];
      mine.push_back({static_cast<std::int64_t>(l), f.forest_id[f.forest[h]], f.id[h],
                      f.descendant[h] == no_halo ? -1 : f.id[f.descendant[h]],
                      f.host[h] == no_halo ? -1 : f.id[f.host[h]], f.n_progenitors[h], f.flags[h], f.m_vir_msun[h],
                      at[0], at[1], at[2], 0.0F});
    }
    const std::vector<Record> level = ranks.gather_all(mine);
    all.insert(all.end(), level.begin(), level.end());
  }
  return all;
}

void expect_same(const Forest& shared, const parallel::Communicator& world, const Forest& alone,
                 const parallel::Communicator& self) {
  const std::vector<Record> many = in_walking_order(shared, world), one = in_walking_order(alone, self);
  ASSERT_EQ(many.size(), one.size());
  EXPECT_EQ(0, __builtin_memcmp(many.data(), one.data(), one.size() * sizeof(Record)));
  EXPECT_EQ(shared.redshift, alone.redshift);
  EXPECT_EQ(shared.age_myr, alone.age_myr);
  EXPECT_EQ(shared.info.content_hash, alone.info.content_hash);
  EXPECT_EQ(shared.info.n_halos, alone.info.n_halos);
  EXPECT_EQ(shared.info.n_trees, alone.info.n_trees);
  EXPECT_EQ(shared.info.n_forests, alone.info.n_forests);
  EXPECT_EQ(shared.info.m_resolution_msun, alone.info.m_resolution_msun);
  EXPECT_EQ(world.gather_all(shared.forest_id.view()), alone.draft().forest_id);
  EXPECT_EQ(world.gather_all(shared.weight_per_cmpc3.view()), alone.draft().weight_per_cmpc3);
  EXPECT_EQ(describe(shared, world), describe(alone, self));
}

void expect_same_for(const Parameters& p, const EpsParameters& eps = {}) {
  const auto world = parallel::Communicator::world(), self = parallel::Communicator::self();
  const cosmology::Cosmology cosmology;
  const Forest shared = load(p, eps, cosmology, {}, world), alone = load(p, eps, cosmology, {}, self);
  ASSERT_GT(alone.n_halos(), 0u);
  expect_same(shared, world, alone, self);
}

std::string unpacked(const std::string& path) {
  gzFile in = gzopen(path.c_str(), "rb");
  std::string text(8 << 20, '\0');
  text.resize(static_cast<std::size_t>(gzread(in, text.data(), static_cast<unsigned>(text.size()))));
  gzclose(in);
  return text;
}

const std::string real_folder = CECROPIA_SOURCE_DIR "/trees/nbody_4mpc_64";

TEST(AnyNumberOfRanks, ReadsAPackedFileAndSharesOutItsForests) {
  Parameters p;
  p.path = real_folder;
  expect_same_for(p);
}

TEST(AnyNumberOfRanks, ReadsAPlainFileInPieces) {
  SharedFolder folder;
  folder.write("tree_0_0_0.dat", unpacked(real_folder + "/tree_0_0_0.dat.gz"));
  expect_same_for(folder.parameters());  // without forests.list: contacts between trees on different ranks
  folder.write("forests.list", cecropia::testing::read_text(real_folder + "/forests.list"));
  expect_same_for(folder.parameters());
}

TEST(AnyNumberOfRanks, CutsNoFileAtACommentThatBeginsLikeATree) {
  std::string text = two_trees().text(), commented;
  const std::size_t first_line = text.find('\n') + 1;
  for (std::size_t at = first_line; at < text.size();) {
    const std::size_t end = text.find('\n', at) + 1;
    commented += "#trees of a test\n" + text.substr(at, end - at);
    at = end;
  }
  SharedFolder folder;
  folder.write("tree_0_0_0.dat", text.substr(0, first_line) + commented);
  expect_same_for(folder.parameters());
}

TEST(AnyNumberOfRanks, ReadsManyFilesOfBothKindsWithHostsInOthersFiles) {
  TinyFile first = two_trees(), second = two_trees();
  first.trees.pop_back();
  second.trees.erase(second.trees.begin());
  second.trees[0].halos[1].host = 20;
  second.trees.push_back({50, {{0.2, 50, -1, 1e9}, {0.14, 51, 50, 5e8}}});
  SharedFolder folder;
  folder.write("tree_0_0_0.dat", first.text());
  folder.write_gzip("tree_0_0_1.dat.gz", second.text());
  expect_same_for(folder.parameters());
}

TEST(AnyNumberOfRanks, MayExceedTheNumberOfForests) {
  TinyFile file = two_trees();
  file.trees.pop_back();
  SharedFolder folder;
  folder.write("tree_0_0_0.dat", file.text());
  expect_same_for(folder.parameters());
}

TEST(AnyNumberOfRanks, GrowsTheSameEpsTrees) {
  EpsParameters eps;
  eps.log10_m_root_min = 9.0;
  eps.log10_m_root_max = 10.5;
  eps.bins_per_dex = 4;
  eps.trees_per_bin = 2;
  eps.resolution_relative = 0.02;
  expect_same_for(Parameters{}, eps);
}

TEST(AnyNumberOfRanks, SharesOutTheWorkNearlyEvenly) {
  const auto world = parallel::Communicator::world();
  Parameters p;
  p.path = real_folder;
  const Forest f = load(p, {}, cosmology::Cosmology(), {}, world);
  const std::int64_t most = world.max(static_cast<std::int64_t>(f.n_halos()));
  EXPECT_LT(static_cast<double>(most), 1.1 * static_cast<double>(f.info.n_halos) / world.size());
}

std::string message_of(const Parameters& p, const parallel::Communicator& ranks) {
  try {
    load(p, {}, cosmology::Cosmology(), {}, ranks);
  } catch (const InputError& e) {
    return e.what();
  }
  return "";
}

/// All ranks get the same message, the one a single rank would give.
void expect_same_error(const Parameters& p, const std::string& part) {
  const auto world = parallel::Communicator::world(), self = parallel::Communicator::self();
  const std::string mine = message_of(p, world), alone = message_of(p, self);
  EXPECT_THAT(mine, ::testing::HasSubstr(part));
  EXPECT_EQ(mine, alone);
  EXPECT_EQ(mine, world.broadcast(mine));
}

TEST(AnyNumberOfRanks, MeetsTheSameErrorWithTheSameWords) {
  SharedFolder folder;
  const std::string text = two_trees().text();
  const auto with = [&](const std::string& what, const std::string& instead) {
    std::string changed = text;
    return changed.replace(changed.find(what), what.size(), instead);
  };
  folder.write("tree_0_0_0.dat",
               with("7.00000e+08 7.00000e+08", "7.00000e+08 light"));  // in the last tree: the last rank
  expect_same_error(folder.parameters(), "line 14");
  folder.write("tree_0_0_0.dat",
               with("5.00000e+08 5.00000e+08", "5.00000e+08 -1"));  // in the first tree: the first rank
  expect_same_error(folder.parameters(), "line 11");
  folder.write("tree_0_0_0.dat", text.substr(0, text.size() - 3));
  expect_same_error(folder.parameters(), "cut");
  folder.write("tree_0_0_0.dat", text.substr(0, text.find("#tree 11")));
  expect_same_error(folder.parameters(), "should hold 2 trees");
  folder.write("tree_0_0_0.dat", with("desc_id(3)", "other(3)"));
  expect_same_error(folder.parameters(), "column 'desc_id' is missing");
  TinyFile file = two_trees();
  file.trees[1].halos[1].id = 20;  // also in the first tree
  folder.write("tree_0_0_0.dat", file.text());
  expect_same_error(folder.parameters(), "halo id 20 occurs twice");
  file = two_trees();
  file.trees[1].halos[1].descendant = 12;
  file.trees[1].halos[0].n_progenitors = -1;
  folder.write("tree_0_0_0.dat", file.text());
  expect_same_error(folder.parameters(), "halo 12, does not exist");
  expect_same_error(
      [] {
        Parameters p;
        p.path = "/no/such/trees";
        return p;
      }(),
      "no trees at");
}

}  // namespace
}  // namespace cecropia::tree
