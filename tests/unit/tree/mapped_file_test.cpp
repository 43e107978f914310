// A disk that fails under a file that is read as memory.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <filesystem>

#include "cecropia/tree/text_file.hpp"
#include "unit/tree/tiny_trees.hpp"

namespace cecropia::tree {
namespace {

using cecropia::testing::Folder;

TEST(MappedFileDeathTest, AFileThatLosesItsPagesWhileItIsReadIsNamedAndEndsTheProcess) {
  const Folder folder;
  const std::string path = folder.write("tree_0_0_0.dat", std::string(3 << 16, 'x'));
  EXPECT_EXIT(
      {
        const MappedFile file(path);
        std::filesystem::resize_file(path, 0);
        const volatile char byte = file.bytes()[file.bytes().size() / 2];
        static_cast<void>(byte);
      },
      ::testing::ExitedWithCode(2), "tree_0_0_0.dat' cannot be read: its disk does not give all of its bytes");
}

TEST(MappedFileDeathTest, ASigbusElsewhereIsNotTakenForOne) {
  const Folder folder;
  const std::string path = folder.write("tree_0_0_0.dat", "#scale(0)\n");
  EXPECT_EXIT(
      {
        const MappedFile file(path);
        // Ours leaves it to MPI's, which leaves it to the system.
        for (int i = 0; i < 3; ++i) ::raise(SIGBUS);
      },
      [](int status) { return !WIFEXITED(status) || WEXITSTATUS(status) != 2; }, "");
}

}  // namespace
}  // namespace cecropia::tree
