// Files of one set that differ in a number.
#include "cecropia/tree/file_series.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cecropia/core/error.hpp"
#include "testing/refusal.hpp"
#include "unit/tree/tiny_trees.hpp"

namespace cecropia::tree {
namespace {

using cecropia::testing::Folder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const auto any_file = [](const std::string&) { return true; };

TEST(FileSeries, TheFirstFileStandsForAllAlsoWhereNumbersAreFilledUpWithZeros) {
  for (const char* first : {"tree.0", "tree.000"}) {
    const Folder folder;
    const std::string zero = folder.write(first, ""), one = folder.write(first[6] == '0' ? "tree.001" : "tree.1", "");
    EXPECT_THAT(uncounted_set(zero, any_file, false, "trees"), ElementsAre(zero, one));
    EXPECT_THROW(uncounted_set(one, any_file, false, "trees"), InputError) << "its volume is not known";
    EXPECT_THAT(uncounted_set(one, any_file, true, "trees"), ElementsAre(one));
  }
}

TEST(FileSeries, AFolderWithoutSuchFilesIsNamed) {
  const Folder folder;
  const auto none = [](const std::string&) { return false; };
  EXPECT_THAT(cecropia::testing::refusal([&] { uncounted_set(folder.path(), none, false, "trees"); }),
              HasSubstr("the folder '" + folder.path() + "' holds no such trees"));
}

TEST(FileSeries, AMissingFileIsCalledAsItsNeighboursAre) {
  const Folder folder;
  const std::string path = folder.write("tree_000.hdf5", "");
  folder.write("tree_002.hdf5", "");
  try {
    uncounted_set(path, any_file, false, "trees", "_");
    ADD_FAILURE();
  } catch (const InputError& e) {
    EXPECT_THAT(e.what(), HasSubstr("1 of the 3 files of the set are missing: tree_001.hdf5"));
  }
}

}  // namespace
}  // namespace cecropia::tree
