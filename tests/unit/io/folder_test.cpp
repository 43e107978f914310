#include "cecropia/io/folder.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <vector>

#include "unit/io/scratch.hpp"

namespace {
namespace fs = std::filesystem;
using namespace cecropia;
using cecropia::testing_io::Scratch;

TEST(Folder, ListsAllThatIsInItInOrder) {
  Scratch scratch;
  fs::create_directories(scratch / "c");
  for (const char* name : {"b", "d", "a"}) std::ofstream(scratch / name) << "x";
  std::vector<std::string> names;
  for (const fs::path& path : io::entries_of(scratch / ".")) names.push_back(path.filename().string());
  EXPECT_EQ(names, (std::vector<std::string>{"a", "b", "c", "d"}));
}

TEST(Folder, HasNothingInItIfThereIsNone) {
  Scratch scratch;
  std::ofstream(scratch / "file") << "x";
  EXPECT_TRUE(io::entries_of(scratch / "none").empty());
  EXPECT_TRUE(io::entries_of(scratch / "file").empty());
}

}  // namespace
