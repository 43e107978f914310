// What a conversion may put its file in the place of.
#include "cecropia/tree/keep_trees.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cecropia/io/hdf5.hpp"
#include "testing/refusal.hpp"
#include "unit/tree/tiny_trees.hpp"

namespace cecropia::tree {
namespace {

using cecropia::testing::Folder;
using cecropia::testing::read_text;
using cecropia::testing::refusal;
using cecropia::testing::two_trees;
using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(KeepTrees, TheFileThatIsReadIsNotReplacedWhateverItsName) {
  const Folder folder;
  const std::string trees = folder.write("tree_0_0_0.dat", two_trees().text());
  std::filesystem::create_symlink(trees, folder.path() + "/other_name");
  for (const std::string& target : {trees, folder.path() + "/other_name", folder.path() + "/./tree_0_0_0.dat"})
    EXPECT_THAT(refusal([&] { refuse_to_replace_trees(trees, target); }),
                AllOf(HasSubstr("the file that the trees are read from"), HasSubstr(target), HasSubstr("--out")));
}

TEST(KeepTrees, TreesOfOtherProgramsAreNotReplaced) {
  const Folder folder;
  const std::string trees = folder.write("tree_0_0_0.dat", two_trees().text());
  EXPECT_THAT(refusal([&] { refuse_to_replace_trees(folder.path(), trees); }), HasSubstr("trees of another program"));
  const std::string gadget4 = std::string(CECROPIA_SOURCE_DIR) + "/tests/data/trees/gadget4";
  std::size_t tried = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(gadget4)) {
    if (entry.path().extension() != ".hdf5") continue;
    ++tried;
    EXPECT_THAT(refusal([&] { refuse_to_replace_trees("eps", entry.path()); }), HasSubstr("of another program"))
        << entry.path();
  }
  EXPECT_GT(tried, 0u);
}

TEST(KeepTrees, OtherFilesOwnTreesAndDamagedOnesMayBeReplaced) {
  const Folder folder;
  const std::string source = folder.write("tree_0_0_0.dat", two_trees().text());
  const auto accepted = [&](const std::string& target) {
    return refusal([&] { refuse_to_replace_trees(source, target); }).empty();
  };
  EXPECT_TRUE(accepted(folder.path() + "/new.hdf5"));
  EXPECT_TRUE(accepted(folder.path() + "/no_folder/new.hdf5"));
  EXPECT_TRUE(accepted(folder.write("notes.txt", "old\n")));
  const std::string ours = folder.path() + "/ours.hdf5";
  {
    io::SerialFile file = io::SerialFile::create(ours);
    file.write("forestHalos/nodeIndex", std::vector<std::int64_t>{1}, "-", "");
    file.write("forestIndex/firstNode", std::vector<std::int64_t>{0}, "-", "");
    file.commit();
  }
  EXPECT_FALSE(accepted(ours));  // Galacticus, of whom is not known
  {
    io::SerialFile file = io::SerialFile::create(ours);
    file.write("forestHalos/nodeIndex", std::vector<std::int64_t>{1}, "-", "");
    file.write("forestIndex/firstNode", std::vector<std::int64_t>{0}, "-", "");
    file.write_attribute("cecropia", "schema", std::int64_t{1});
    file.commit();
  }
  EXPECT_TRUE(accepted(ours));
  const std::string whole = read_text(ours);
  EXPECT_TRUE(accepted(folder.write("cut.hdf5", whole.substr(0, whole.size() / 2))));
}

}  // namespace
}  // namespace cecropia::tree
