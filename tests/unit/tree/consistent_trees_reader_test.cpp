// consistent-trees read forest by forest: the same halos as the collective reading gives, whatever stands beside the
// trees and however they are spread over files; and what happens when an index does not fit.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "cecropia/tree/consistent_trees.hpp"
#include "cecropia/tree/formats.hpp"
#include "cecropia/tree/source.hpp"
#include "cecropia/tree/text_file.hpp"
#include "cecropia/tree/validate.hpp"
#include "testing/live_heap.hpp"
#include "testing/refusal.hpp"
#include "testing/tiled_trees.hpp"
#include "unit/tree/tiny_trees.hpp"

namespace cecropia::tree {
namespace {

using cecropia::testing::Folder;
using cecropia::testing::read_text;
using cecropia::testing::refusal;
using cecropia::testing::two_trees;
using ::testing::AllOf;
using ::testing::HasSubstr;

const std::string real_folder = CECROPIA_SOURCE_DIR "/trees/nbody_4mpc_64";

const std::string& real_text() {
  static const std::string all = [] {
    std::string out;
    unpack_lines(MappedFile(real_folder + "/tree_0_0_0.dat.gz"), [&](std::string_view lines, std::int64_t) {
      out += lines;
      return true;
    });
    return out;
  }();
  return all;
}

/// The real trees in `n` plain files with locations.dat, and with forests.list if asked for.
void spread(const Folder& folder, int n, bool with_forests) {
  const std::string& text = real_text();
  std::string header = text.substr(0, text.find("#tree"));
  header.resize(header.rfind('\n', header.size() - 2) + 1);  // without the number of trees
  std::vector<std::string> trees;
  for (std::size_t at = text.find("#tree"); at < text.size();) {
    const std::size_t end = std::min(text.find("\n#tree", at), text.size() - 1) + 1;
    trees.push_back(text.substr(at, end - at));
    at = end;
  }
  std::string locations = "#TreeRootID FileID Offset Filename Num_Halos Num_Bytes\n";
  for (int file = 0; file < n; ++file) {
    std::string out;
    int held = 0;
    for (std::size_t t = static_cast<std::size_t>(file); t < trees.size(); t += static_cast<std::size_t>(n)) ++held;
    out = header + fmt::format("{}\n", held);
    for (std::size_t t = static_cast<std::size_t>(file); t < trees.size(); t += static_cast<std::size_t>(n)) {
      const std::size_t tag = trees[t].find('\n') + 1;
      locations += fmt::format("{} {} {} tree_0_0_{}.dat {} {}\n", trees[t].substr(6, tag - 7), file, out.size() + tag,
                               file, std::count(trees[t].begin(), trees[t].end(), '\n') - 1, trees[t].size() - tag);
      out += trees[t];
    }
    folder.write(fmt::format("tree_0_0_{}.dat", file), out);
  }
  folder.write("locations.dat", locations);
  if (with_forests) std::filesystem::copy_file(real_folder + "/forests.list", folder.path() + "/forests.list");
}

Parameters at(const std::string& path) {
  Parameters p;
  p.path = path;
  p.format = Format::consistent_trees;
  return p;
}

Catalogue together(const std::string& path) {
  ForestInfo info;
  return consistent_trees::read(path, {}, cosmology::Parameters{}, parallel::Communicator::self(), info);
}

std::vector<double> scales_of(const Catalogue& c) {
  std::vector<double> a;
  for (const double z : c.redshift) a.push_back(1.0 / (1.0 + z));
  return a;
}

/// Everything of a halo, in an order that does not depend on the reading.
std::vector<std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::uint32_t, double,
                       std::array<float, 3>, int, int>>
halos_of(const Catalogue& c) {
  std::vector<std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::uint32_t, double,
                         std::array<float, 3>, int, int>>
      all;
  for (std::size_t h = 0; h < c.n_halos(); ++h)
    all.emplace_back(c.forest_id[c.forest[h]], c.id[h], c.descendant_id[h], c.host_id[h], c.level[h], c.m_vir_msun[h],
                     c.position_cmpc[h], c.flags[h], c.n_progenitors_expected[h]);
  std::sort(all.begin(), all.end());
  return all;
}

void expect_equal(const Catalogue& a, const Catalogue& b) {
  EXPECT_EQ(a.redshift, b.redshift);
  EXPECT_EQ(a.forest_id, b.forest_id);
  EXPECT_EQ(a.weight_per_cmpc3, b.weight_per_cmpc3);
  EXPECT_TRUE(halos_of(a) == halos_of(b));
}

Catalogue all_of(const Reader& reader) {
  return read_forests(reader, 0, reader.forests().size(), volume_of(reader, {}));
}

TEST(ConsistentTreesReader, GivesTheForestsOfTheCollectiveReading) {
  const auto reader = consistent_trees::open(at(real_folder), {});
  EXPECT_EQ(reader->forests().size(), 475u);
  EXPECT_TRUE(reader->facts().warnings.empty());
  expect_equal(all_of(*reader), together(real_folder));
}

TEST(Validation, APlaceBeyondTheBoxIsNamedWhateverTheReaderLetThrough) {
  const Folder folder;
  folder.write("tree_0_0_0.dat", two_trees().text());
  Catalogue c = together(folder.path());
  ASSERT_FALSE(c.position_cmpc.empty());
  EXPECT_EQ(refusal([&] { validate(c, "here", 100.0); }), "");
  c.position_cmpc[0][1] = 1e4F;
  EXPECT_THAT(refusal([&] { validate(c, "here", 100.0); }),
              AllOf(HasSubstr("is at 10000 cMpc, which is no place in the box of 100 cMpc"), HasSubstr("here, halo")));
}

TEST(ConsistentTreesReader, IsTheReaderOfItsFormatAndRecognisesIt) {
  EXPECT_EQ(format_of([] {
              Parameters p;
              p.path = real_folder;
              return p;
            }()),
            Format::consistent_trees);
  EXPECT_EQ(open(at(real_folder), Format::consistent_trees, {})->forests().size(), 475u);
}

TEST(ConsistentTreesReader, OneForestAtATimeIsAPartOfTheWhole) {
  const Folder folder;
  spread(folder, 3, true);
  const auto reader = consistent_trees::open(at(folder.path()), {});
  const Catalogue whole = all_of(*reader);
  std::size_t halos = 0;
  for (std::size_t f = 0; f < reader->forests().size(); ++f) {
    const Catalogue one = read_forests(*reader, f, f + 1, 1.0);
    EXPECT_EQ(static_cast<std::int64_t>(one.n_halos()), reader->forests()[f].n_halos);
    for (std::size_t h = 0; h < one.n_halos(); ++h, ++halos) {
      ASSERT_EQ(one.forest[h], 0u);
      ASSERT_EQ(whole.forest[halos], f);
      ASSERT_EQ(one.id[h], whole.id[halos]);
      ASSERT_EQ(one.position_cmpc[h], whole.position_cmpc[halos]);
    }
  }
  EXPECT_EQ(halos, whole.n_halos());
}

TEST(ConsistentTreesReader, FilesListsAndPlacesChangeNothing) {
  for (const int n : {1, 2, 7})
    for (const bool with_forests : {true, false}) {
      const Folder folder;
      spread(folder, n, with_forests);
      const Catalogue expected = together(folder.path());
      expect_equal(all_of(*consistent_trees::open(at(folder.path()), {})), expected);
      // With the scale factors given, places are taken from locations.dat.
      std::string list;
      for (const double a : scales_of(expected)) list += fmt::format("{:.6f}\n", a);
      Parameters p = at(folder.path());
      p.scale_factors = folder.write("scales", list);
      const auto reader = consistent_trees::open(p, {});
      EXPECT_TRUE(reader->facts().warnings.empty());
      Catalogue listed = all_of(*reader);
      for (std::size_t l = 0; l < listed.redshift.size(); ++l)
        EXPECT_NEAR(listed.redshift[l], expected.redshift[l], 1e-4);
      listed.redshift = expected.redshift;
      expect_equal(listed, expected);
    }
}

TEST(ConsistentTreesReader, AListOfScaleFactorsGivesTheLevelsOfTheWholeReadingToo) {
  const Folder folder;
  folder.write("tree_0_0_0.dat", two_trees().text());
  Parameters p = at(folder.path());
  // Two snapshots before the first halo, one after the last, and more digits than the trees have.
  p.scale_factors = folder.write("scales", "0.1\n0.12\n0.140000001\n0.16\n0.18\n0.199999999\n0.22\n");
  const auto reader = consistent_trees::open(p, {});
  ForestInfo info;
  const Catalogue whole = consistent_trees::read(p.path, consistent_trees::options_of(p), cosmology::Parameters{},
                                                 parallel::Communicator::self(), info);
  ASSERT_EQ(whole.redshift.size(), 7u);
  EXPECT_EQ(whole.redshift[2], 1.0 / 0.140000001 - 1.0);
  expect_equal(all_of(*reader), whole);
  p.scale_factors = folder.write("scales", "0.14\n0.16\n0.2\n");
  EXPECT_THAT(refusal([&] {
                consistent_trees::read(p.path, consistent_trees::options_of(p), cosmology::Parameters{},
                                       parallel::Communicator::self(), info);
              }),
              AllOf(HasSubstr("the trees have a snapshot at the scale factor 0.18"), HasSubstr("trees.scale_factors")));
}

TEST(ConsistentTreesReader, AScaleFactorOfTheFarFutureIsRefusedByBothReadings) {
  const Folder folder;
  auto file = two_trees();
  file.trees[1].halos[0].scale = 5.0;
  folder.write("tree_0_0_0.dat", file.text());
  const auto said = AllOf(HasSubstr("the scale factor is '5"), HasSubstr("line "), HasSubstr("not above 1.1"));
  EXPECT_THAT(refusal([&] { together(folder.path()); }), said);
  EXPECT_THAT(refusal([&] { consistent_trees::open(at(folder.path()), {}); }), said);
}

TEST(ConsistentTreesReader, PackedFilesGiveTheSame) {
  const Folder folder;
  spread(folder, 2, false);
  const Catalogue expected = together(folder.path());
  folder.write_gzip("tree_0_0_0.dat.gz", read_text(folder.path() + "/tree_0_0_0.dat"));
  std::filesystem::remove(folder.path() + "/tree_0_0_0.dat");
  expect_equal(all_of(*consistent_trees::open(at(folder.path()), {})), expected);
}

TEST(ConsistentTreesReader, AForestMayLieInSeveralFiles) {
  const Folder folder;
  auto file = two_trees();
  file.trees[1].halos[1].host = 20;  // joins the trees
  auto other = file;
  other.trees.erase(other.trees.begin());
  file.trees.pop_back();
  folder.write("tree_0_0_0.dat", file.text());
  folder.write("tree_0_0_1.dat", other.text());
  const auto reader = consistent_trees::open(at(folder.path()), {});
  ASSERT_EQ(reader->forests().size(), 1u);
  EXPECT_EQ(reader->forests()[0].id, 10);
  EXPECT_EQ(reader->forests()[0].n_halos, 7);
  expect_equal(all_of(*reader), together(folder.path()));
}

TEST(ConsistentTreesReader, LocationsThatDoNotFitAreNotUsedAndAWarningSaysWhy) {
  const Folder folder;
  const std::string text = two_trees().text();
  folder.write("tree_0_0_0.dat", text);
  const std::size_t a = text.find("#tree 10\n") + 9, b = text.find("#tree 11\n") + 9;
  const std::string right =
      fmt::format("10 0 {} tree_0_0_0.dat 5 {}\n11 0 {} tree_0_0_0.dat 2 {}\n", a, b - 9 - a, b, text.size() - b);
  Parameters p = at(folder.path());
  p.scale_factors = folder.write("scales", "0.14\n0.16\n0.18\n0.2\n");
  const auto warnings = [&](const std::string& locations) {
    folder.write("locations.dat", locations);
    const auto reader = consistent_trees::open(p, {});
    EXPECT_EQ(reader->forests().size(), 2u);
    EXPECT_EQ(all_of(*reader).n_halos(), 7u);
    return reader->facts().warnings.empty() ? std::string() : reader->facts().warnings.front();
  };
  const auto with = [&](const std::string& what, const std::string& by) {
    std::string s = right;
    return s.replace(s.find(what), what.size(), by);
  };
  EXPECT_EQ(warnings(right), "");
  EXPECT_THAT(warnings(with("11 0", "12 0")), HasSubstr("tree 12 does not stand at byte"));
  EXPECT_THAT(warnings(with(fmt::format("{}", a), fmt::format("{}", a + 1))), HasSubstr("tree 10 does not stand"));
  EXPECT_THAT(warnings(with(fmt::format("{}\n11", b - 9 - a), fmt::format("{}\n11", b - 10 - a))),
              HasSubstr("tree 11 does not stand"));
  EXPECT_THAT(warnings(right.substr(0, right.find("11"))), HasSubstr("is in none of its trees"));
  EXPECT_THAT(warnings(with("tree_0_0_0.dat 2", "tree_9_9_9.dat 2")),
              HasSubstr("line 2 names a file that is not there"));
  EXPECT_THAT(warnings(with(" 2 ", " -2 ")), HasSubstr("line 2 is not the place of a tree"));
  EXPECT_THAT(warnings(with(" 2 ", " 9223372036854775807 ")), HasSubstr("line 2 is not the place of a tree"));
  EXPECT_THAT(warnings("#TreeRootID FileID Offset Filename\n10 0 400 tree_0_0_0.dat\n"), HasSubstr("number of halos"));
  EXPECT_THAT(warnings("not a table\n"), HasSubstr("line 1"));
}

TEST(ConsistentTreesReader, AWrongNumberOfHalosInLocationsIsFoundWhenTheTreeIsRead) {
  const Folder folder;
  const std::string text = two_trees().text();
  folder.write("tree_0_0_0.dat", text);
  const std::size_t a = text.find("#tree 10\n") + 9, b = text.find("#tree 11\n") + 9;
  folder.write("locations.dat", fmt::format("10 0 {} tree_0_0_0.dat 5 {}\n11 0 {} tree_0_0_0.dat 3 {}\n", a, b - 9 - a,
                                            b, text.size() - b));
  Parameters p = at(folder.path());
  p.scale_factors = folder.write("scales", "0.14\n0.16\n0.18\n0.2\n");
  folder.write("forests.list", "10 10\n11 11\n");
  const auto reader = consistent_trees::open(p, {});
  EXPECT_THAT(refusal([&] { all_of(*reader); }),
              AllOf(HasSubstr("tree 11 of '"), HasSubstr("is not what was found there when the set was opened"),
                    HasSubstr("remove locations.dat")));
}

TEST(ConsistentTreesReader, ASnapshotThatTheListOfScaleFactorsLacksIsNamed) {
  const Folder folder;
  folder.write("tree_0_0_0.dat", two_trees().text());
  Parameters p = at(folder.path());
  p.scale_factors = folder.write("scales", "0.14\n0.16\n0.2\n");
  const auto reader = consistent_trees::open(p, {});
  EXPECT_THAT(refusal([&] { all_of(*reader); }),
              AllOf(HasSubstr("a snapshot at the scale factor 0.18"), HasSubstr("trees.scale_factors")));
}

TEST(ConsistentTreesReader, AFileThatChangesAfterOpeningIsNotReadAsSomethingElse) {
  const Folder folder;
  const std::string text = two_trees().text();
  const std::string path = folder.write("tree_0_0_0.dat", text);
  folder.write("forests.list", "10 10\n11 11\n");
  const auto reader = consistent_trees::open(at(folder.path()), {});
  std::filesystem::resize_file(path, text.size() - 30);
  EXPECT_THAT(refusal([&] { all_of(*reader); }), AllOf(HasSubstr("became shorter"), HasSubstr(path)));
}

TEST(ConsistentTreesReader, ACutAtAnyByteIsRefusedWhenOpeningOrReading) {
  const std::string text = two_trees().text();
  const Folder folder;
  const cosmology::Cosmology cosmology;
  for (const bool with_list : {false, true}) {
    if (with_list) folder.write("forests.list", "10 10\n11 11\n");
    for (std::size_t n = 0; n < text.size(); ++n) {
      folder.write("tree_0_0_0.dat", text.substr(0, n));
      EXPECT_NE(refusal([&] {
                  const auto reader = consistent_trees::open(at(folder.path()), {});
                  arrange(all_of(*reader), {}, cosmology, parallel::Communicator::self());
                }),
                "")
          << "cut at byte " << n;
    }
  }
}

TEST(ConsistentTreesReader, FaultyLinesAreNamedWithTheirLineAlsoFarInsideAFile) {
  const Folder folder;
  std::string text = two_trees().text();
  text.replace(text.rfind("0.18000"), 7, "heavy  ");
  const std::string path = folder.write("tree_0_0_0.dat", text);
  EXPECT_THAT(refusal([&] { consistent_trees::open(at(path), {}); }),
              AllOf(HasSubstr("'heavy', which is not a number"), HasSubstr("line 14")));
  text = two_trees().text();
  text.replace(text.rfind("8.00000e+08"), 11, "massive    ");
  folder.write("tree_0_0_0.dat", text);
  folder.write("forests.list", "10 10\n11 11\n");
  const auto reader = consistent_trees::open(at(path), {});
  EXPECT_THAT(refusal([&] { all_of(*reader); }), AllOf(HasSubstr("'massive'"), HasSubstr("line 13")));
}

TEST(ConsistentTreesReader, ACommentThatBeginsLikeATreeIsNone) {
  const Folder folder;
  std::string text = two_trees().text();
  text.insert(text.find("#Consistent"), "#trees of a test\n");
  text.insert(text.find("#tree 11"), "#treetop\n");
  const std::string path = folder.write("tree_0_0_0.dat", text);
  expect_equal(all_of(*consistent_trees::open(at(path), {})), together(path));
  const std::size_t tree = text.find("#tree 10");
  text.replace(tree, 8, "#trees 0");
  folder.write("tree_0_0_0.dat", text);
  EXPECT_NE(refusal([&] { consistent_trees::open(at(path), {}); }), "");
}

TEST(ConsistentTreesReader, TheBoxOfTheParametersHoldsEitherWayWhereTheHeaderIsSilent) {
  const Folder folder;
  cecropia::testing::TinyFile file = two_trees();
  file.box.clear();
  Parameters p = at(folder.write("tree_0_0_0.dat", file.text()));
  p.box_cmpc = 5.0;
  ForestInfo info;
  read_unrepaired(p, {}, cosmology::Cosmology(), {}, parallel::Communicator::self(), info);
  EXPECT_EQ(info.box_cmpc, 5.0);
  EXPECT_DOUBLE_EQ(info.volume_cmpc3, 125.0);
  EXPECT_TRUE(info.warnings.empty());
  const auto reader = consistent_trees::open(p, {});
  EXPECT_EQ(reader->facts().box_cmpc, 5.0);
  EXPECT_TRUE(reader->facts().warnings.empty());
}

TEST(ConsistentTreesReader, ATreeThatForestsListLacksIsNamed) {
  const Folder folder;
  folder.write("tree_0_0_0.dat", two_trees().text());
  folder.write("forests.list", "10 10\n");
  EXPECT_THAT(refusal([&] { consistent_trees::open(at(folder.path()), {}); }), HasSubstr("tree 11 is not in '"));
}

constexpr std::int64_t mib = 1 << 20;
constexpr std::int64_t most_growth = 16 * mib;  // CHOICE: far above the lists of trees, far below what a file holds

/// The real trees `copies` times in one file of the folder (3.5 MB each).
void write_copies(const Folder& folder, int copies) {
  std::ofstream out(folder.path() + "/tree_0_0_0.dat", std::ios::binary);
  cecropia::testing::write_tiled(real_text(), copies, out);
}

/// Reads one forest after the other; `each` is called when the set is open and while a forest is held. Number of halos.
template <class Each>
std::size_t stream(const std::string& path, Each each) {
  const auto reader = consistent_trees::open(at(path), {});
  each();
  std::size_t halos = 0;
  for (std::size_t f = 0; f < reader->forests().size(); ++f) {
    const Catalogue c = read_forests(*reader, f, f + 1, 1.0);
    halos += c.n_halos();
    each();
  }
  return halos;
}

TEST(ConsistentTreesReader, StreamingHoldsNoMoreOnTheHeapForALargerFile) {
  const std::int64_t empty = cecropia::testing::live_heap_bytes();
  {
    const std::vector<char> more(static_cast<std::size_t>(most_growth), 'x');
    [[maybe_unused]] const void* volatile kept = more.data();  // else a compiler may leave it out
    ASSERT_GE(cecropia::testing::live_heap_bytes() - empty, most_growth) << "the measurement is blind";
  }
  std::int64_t most[2] = {};
  std::size_t halos[2] = {};
  for (const int i : {0, 1}) {
    const Folder folder;
    write_copies(folder, i == 0 ? 3 : 30);
    const std::int64_t before = cecropia::testing::live_heap_bytes();
    halos[i] =
        stream(folder.path(), [&] { most[i] = std::max(most[i], cecropia::testing::live_heap_bytes() - before); });
  }
  EXPECT_EQ(halos[1], 10 * halos[0]);
  EXPECT_LT(most[1] - most[0], most_growth) << "the second file is 95 MB longer";
}

#if !defined(CECROPIA_SANITIZER_HEAP)  // a sanitizer keeps what was freed
/// Peak memory of a process of its own that streams all forests of a set [bytes]; -1 if it failed.
std::int64_t peak_of_streaming(const std::string& path) {
  const pid_t child = ::fork();
  if (child == 0) {
    int failed = 1;
    try {
      failed = stream(path, [] {}) > 0 ? 0 : 1;
    } catch (...) {
    }
    ::_exit(failed);
  }
  int status = 0;
  rusage used{};
  if (child < 0 || ::wait4(child, &status, 0, &used) != child || status != 0) return -1;
  return used.ru_maxrss * 1024;
}

// Sees also what comes and goes between two forests, which the test above does not.
TEST(ConsistentTreesReader, StreamingNeedsNoMoreMemoryForALargerFile) {
  std::int64_t peak[2] = {};
  for (const int i : {0, 1}) {
    const Folder folder;
    write_copies(folder, i == 0 ? 3 : 30);
    peak[i] = peak_of_streaming(folder.path());
    ASSERT_GT(peak[i], 0);
  }
  EXPECT_LT(peak[1] - peak[0], most_growth) << "the second file is 95 MB longer";
}
#endif

}  // namespace
}  // namespace cecropia::tree
