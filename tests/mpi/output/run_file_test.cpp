#include "cecropia/output/run_file.hpp"

#include <gmock/gmock.h>
#include <sys/resource.h>

#include <cmath>

#include "cecropia/core/error.hpp"
#include "cecropia/io/atomic_file.hpp"
#include "cecropia/io/hdf5.hpp"
#include "cecropia/parallel/agree.hpp"
#include "testing/shared_scratch.hpp"

namespace {
using namespace cecropia;
using cecropia::testing::SharedScratch;
using parallel::Communicator;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;
namespace fs = std::filesystem;

constexpr std::size_t n_trees = 23, n_levels = 5;

/// Trees of one branch each; tree t begins at level t % 3, so the number of halos grows with the level. A synthetic set
/// with known answers: halo of tree t at level l has id 100 t + l.
struct Universe {
  tree::Forest forest;
  std::vector<std::vector<model::Galaxy>> galaxies;  ///< by level
};

Universe universe(const Communicator& ranks) {
  const auto n = static_cast<std::size_t>(ranks.size()), r = static_cast<std::size_t>(ranks.rank());
  const std::size_t first = n_trees * r * r / (n * n), last = n_trees * (r + 1) * (r + 1) / (n * n);
  Universe u;
  tree::ForestDraft forest;
  forest.level_begin = {0};
  u.galaxies.resize(n_levels);
  std::vector<tree::Halo> before(n_trees, tree::no_halo);
  for (std::size_t level = 0; level < n_levels; ++level) {
    forest.redshift.push_back(12.0 - 2.0 * static_cast<double>(level));
    forest.age_myr.push_back(300.0 + 100.0 * static_cast<double>(level));
    for (std::size_t t = first; t < last; ++t) {
      if (level < t % 3) continue;
      const auto halo = static_cast<tree::Halo>(forest.id.size());
      forest.id.push_back(static_cast<std::int64_t>(100 * t + level));
      model::Galaxy g;
      g.halo = halo;
      g.main_progenitor = before[t];
      g.halo_id = forest.id.back();
      g.descendant_id = level + 1 < n_levels ? g.halo_id + 1 : -1;
      g.weight_per_cmpc3 = 1e-3 / static_cast<double>(t + 1);
      g.m_vir_msun = 1e8 * static_cast<double>((t + 1) * (level + 1));
      g.m_star_msun = 1e5 * static_cast<double>(t) * static_cast<double>(level);
      g.q_ion_per_s = 1e53 * static_cast<double>(t + 1);
      g.is_satellite = t % 2 == 1;
      for (std::size_t k = 0; k < n_metals; ++k)
        g.metals_gas_msun[k] = static_cast<double>(k) + 0.5 * static_cast<double>(t);
      u.galaxies[level].push_back(g);
      before[t] = halo;
    }
    forest.level_begin.push_back(static_cast<tree::Halo>(forest.id.size()));
  }
  u.forest = tree::Forest(std::move(forest));
  return u;
}

void write_run(const Communicator& ranks, const fs::path& target, const output::Parameters& parameters) {
  const Universe u = universe(ranks);
  output::RunFile file(ranks, target, parameters, u.forest.redshift);
  for (std::size_t level = 0; level < n_levels; ++level)
    file.write_level({u.forest,
                      {level, u.forest.redshift[level], u.forest.age_myr[level], level > 0 ? 100.0 : 0.0},
                      u.galaxies[level],
                      {}});
  file.write_populations({6.0,
                          5.0,
                          {"quiet", "loud"},
                          {{"ii",
                            {1e-4, 1e-3, 1e-2},
                            {1.0, 10.0},
                            {{"light", "s^-1 Msun^-1", "Light.", 1, {6, 5, 4, 3, 2, 1}},
                             {"deaths", "Msun^-1", "Deaths.", 2, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}}}}}});
  file.write_history({{"z", "-", "Redshift.", u.forest.redshift},
                      {"sfrd", "Msun/yr/cMpc^3", "Star formation.", std::vector<double>(n_levels, 0.1)}});
  file.write_provenance({"{\"a\": 1}", "9.9.9", 0x1234, 0xabcdef0123456789, 0x77});
  file.commit();
}

TEST(RunFile, HasTheSameBytesForAnyNumberOfRanks) {
  const Communicator world = Communicator::world(), self = Communicator::self();
  const SharedScratch scratch(world);
  output::Parameters parameters;
  for (const int compression : {0, 3}) {
    parameters.levels = output::Levels::all;
    parameters.properties = {"all"};
    parameters.compression = compression;
    write_run(world, scratch / "run.h5", parameters);
    if (world.is_root()) {
      write_run(self, scratch / "alone.h5", parameters);
      EXPECT_TRUE(io::read_file(scratch / "run.h5") == io::read_file(scratch / "alone.h5"))
          << "compression " << compression;
    }
    world.barrier();
  }
}

TEST(RunFile, HoldsWhatTheContractSays) {
  const Communicator world = Communicator::world();
  const SharedScratch scratch(world);
  output::Parameters parameters;
  parameters.levels = output::Levels::all;
  parameters.properties = {"all"};
  write_run(world, scratch / "run.h5", parameters);
  parallel::on_root(world, [&] {
    const io::SerialFile file = io::SerialFile::open(scratch / "run.h5");
    EXPECT_THAT(file.children("/"), ElementsAre("galaxies", "history", "populations", "provenance"));
    EXPECT_EQ(file.read_double_attribute("/populations", "redshift"), 6.0);
    EXPECT_EQ(file.read_double_attribute("/populations", "m_massive_msun"), 5.0);
    EXPECT_THAT(file.read_strings("/populations/fates"), ElementsAre("quiet", "loud"));
    EXPECT_THAT(file.dims("/populations/ii/light"), ElementsAre(3, 2));
    EXPECT_THAT(file.dims("/populations/ii/deaths"), ElementsAre(3, 2, 2));
    EXPECT_EQ(file.read_double("/populations/ii/deaths").data[7], 7.0);
    EXPECT_THAT(file.read_double("/populations/ii/age_myr").data, ElementsAre(1, 10));
    EXPECT_EQ(file.unit("/populations/ii/light"), "s^-1 Msun^-1");
    EXPECT_EQ(file.children("/galaxies").size(), n_levels);
    EXPECT_EQ(file.read_int64_attribute("/provenance", "schema"), 1);
    EXPECT_EQ(file.read_string_attribute("/provenance", "version"), "9.9.9");
    EXPECT_EQ(file.read_string_attribute("/provenance", "tables_hash"), "0000000000001234");
    EXPECT_EQ(file.read_string_attribute("/provenance", "forest_hash"), "abcdef0123456789");
    EXPECT_EQ(file.read_string_attribute("/provenance", "observations_hash"), "0000000000000077");
    EXPECT_EQ(file.read_text("/provenance/parameters"), "{\"a\": 1}");
    EXPECT_THAT(file.read_double("/history/z").data, ElementsAre(12, 10, 8, 6, 4));
    EXPECT_EQ(file.unit("/history/sfrd"), "Msun/yr/cMpc^3");
    const std::string last = output::level_group(4);
    EXPECT_EQ(last, "/galaxies/level_004");
    EXPECT_EQ(file.read_double_attribute(last, "redshift"), 4.0);
    EXPECT_EQ(file.read_double_attribute(last, "age_myr"), 700.0);
    EXPECT_EQ(file.read_int64_attribute(last, "galaxies"), static_cast<std::int64_t>(n_trees));
    EXPECT_EQ(file.children(last).size(), output::select_fields({"all"}).size() + 3);
    for (const std::string& name : file.children(last)) {
      EXPECT_FALSE(file.unit(last + "/" + name).empty()) << name;
      EXPECT_FALSE(file.description(last + "/" + name).empty()) << name;
    }
    const auto m_star = file.read_double(last + "/m_star_msun").data;
    const auto q_ion = file.read_double(last + "/q_ion_per_s").data;
    const auto metals = file.read_double(last + "/metals_gas_msun");
    const auto satellite = file.read<std::uint8_t>(last + "/is_satellite").data;
    const auto oh = file.read_double(last + "/oh_young").data;
    ASSERT_EQ(m_star.size(), n_trees);
    EXPECT_THAT(metals.dims, ElementsAre(n_trees, n_metals));
    for (std::size_t t = 0; t < n_trees; ++t) {
      EXPECT_EQ(m_star[t], 4e5 * static_cast<double>(t));
      EXPECT_EQ(q_ion[t], 1e53 * static_cast<double>(t + 1));  // beyond the range of float32
      EXPECT_EQ(metals.data[t * n_metals + 3], 3.0 + 0.5 * static_cast<double>(t));
      EXPECT_EQ(satellite[t], t % 2);
      EXPECT_TRUE(std::isnan(oh[t]));  // no young massive stars: no abundance, not zero
    }
  });
}

TEST(RunFile, AHistoryCanBeFollowedFromRowToRow) {
  const Communicator world = Communicator::world();
  const SharedScratch scratch(world);
  output::Parameters parameters;
  parameters.levels = output::Levels::all;
  parameters.m_vir_min_msun = 9e8;
  write_run(world, scratch / "run.h5", parameters);
  parallel::on_root(world, [&] {
    const io::SerialFile file = io::SerialFile::open(scratch / "run.h5");
    std::size_t followed = 0;
    for (std::size_t level = 0; level < n_levels; ++level) {
      const std::string here = output::level_group(level);
      const auto id = file.read_int64(here + "/halo_id").data,
                 row = file.read_int64(here + "/main_progenitor_index").data;
      const auto descendant = file.read_int64(here + "/descendant_id").data;
      std::vector<std::int64_t> id_before, descendant_before;
      if (level > 0) {
        id_before = file.read_int64(output::level_group(level - 1) + "/halo_id").data;
        descendant_before = file.read_int64(output::level_group(level - 1) + "/descendant_id").data;
      }
      for (std::size_t i = 0; i < id.size(); ++i) {
        const std::size_t t = static_cast<std::size_t>(id[i]) / 100;
        EXPECT_GE(1e8 * static_cast<double>((t + 1) * (level + 1)), 9e8);
        EXPECT_EQ(descendant[i], level + 1 < n_levels ? id[i] + 1 : -1);
        const bool progenitor_written = level > t % 3 && 1e8 * static_cast<double>((t + 1) * level) >= 9e8;
        if (progenitor_written) {
          ASSERT_GE(row[i], 0);
          EXPECT_EQ(id_before.at(static_cast<std::size_t>(row[i])), id[i] - 1);
          EXPECT_EQ(descendant_before.at(static_cast<std::size_t>(row[i])), id[i]);
          ++followed;
        } else {
          EXPECT_EQ(row[i], -1);
        }
      }
    }
    EXPECT_GT(followed, 3 * n_trees / 2);
  });
}

TEST(RunFile, WritesTheLevelsAndPropertiesThatWereAskedFor) {
  const Communicator world = Communicator::world();
  const SharedScratch scratch(world);
  output::Parameters parameters;
  parameters.redshifts = {6.3, 8, 50};
  parameters.properties = {"m_star_msun"};
  parameters.m_star_min_msun = 1e6;
  write_run(world, scratch / "run.h5", parameters);
  parallel::on_root(world, [&] {
    const io::SerialFile file = io::SerialFile::open(scratch / "run.h5");
    EXPECT_THAT(file.children("/galaxies"), ElementsAre("level_002", "level_003", "level_004"));  // always the last
    EXPECT_THAT(file.children("/galaxies/level_003"),
                UnorderedElementsAre("descendant_id", "halo_id", "m_star_msun", "main_progenitor_index"));
    EXPECT_THAT(file.read_double("/galaxies/level_003/m_star_msun").data, Each(::testing::Ge(1e6)));
    EXPECT_THAT(file.read_int64("/galaxies/level_002/main_progenitor_index").data, Each(-1));  // level 1 is not written
    EXPECT_EQ(file.dims("/galaxies/level_002/m_star_msun")[0], n_trees - 5);                   // t >= 5
  });
  parameters.levels = output::Levels::none;
  write_run(world, scratch / "none.h5", parameters);
  parallel::on_root(world,
                    [&] { EXPECT_TRUE(io::SerialFile::open(scratch / "none.h5").children("/galaxies").empty()); });
}

TEST(RunFile, ADiskThatIsFullInTheMiddleOfARunIsOneMessageOnAllRanksAndTheOldFileStays) {
  const Communicator world = Communicator::world();
  const SharedScratch scratch(world);
  if (world.is_root()) io::write_atomically(scratch / "run.h5", "old");
  world.barrier();
  rlimit old{};
  ::getrlimit(RLIMIT_FSIZE, &old);
  rlimit limit = old;
  limit.rlim_cur = 1100 << 10;
  ::setrlimit(RLIMIT_FSIZE, &limit);
  output::Parameters parameters;
  parameters.levels = output::Levels::all;
  parameters.properties = {"all"};
  try {
    write_run(world, scratch / "run.h5", parameters);
    ADD_FAILURE() << "the file was written";
  } catch (const InputError& error) {
    EXPECT_THAT(error.complaint().what, HasSubstr("File too large"));
    EXPECT_THAT(error.complaint().where, HasSubstr("run.h5"));
  }
  ::setrlimit(RLIMIT_FSIZE, &old);
  EXPECT_EQ(scratch.n_entries(), 1);
  EXPECT_EQ(io::read_file(scratch / "run.h5"), "old");
}

}  // namespace
