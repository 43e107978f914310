// Files that grow line by line, and locks on folders.
#include "cecropia/io/append_file.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "cecropia/core/error.hpp"
#include "cecropia/io/atomic_file.hpp"
#include "unit/io/scratch.hpp"

namespace {
using namespace cecropia;
namespace fs = std::filesystem;
using testing::HasSubstr;

class AppendFile : public testing::Test {
 protected:
  cecropia::testing_io::Scratch folder_;
};

TEST_F(AppendFile, GrowsOverTheLivesOfManyProcesses) {
  const fs::path path = folder_ / "lines";
  io::AppendFile(path).append("one\n");
  io::AppendFile again(path);
  again.append("two\n");
  again.append("three\n");
  EXPECT_EQ(io::read_file(path), "one\ntwo\nthree\n");
}

TEST_F(AppendFile, IsCutAndGoesOnFromThere) {
  const fs::path path = folder_ / "lines";
  io::AppendFile file(path);
  file.append("one\ntw");
  file.cut(4);
  file.append("two\n");
  EXPECT_EQ(io::read_file(path), "one\ntwo\n");
}

TEST_F(AppendFile, AFullDiskIsToldByName) {
  io::AppendFile full("/dev/full");
  try {
    full.append("x\n");
    FAIL();
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("/dev/full"));
    EXPECT_THAT(error.what(), HasSubstr("free space"));
  }
}

TEST_F(AppendFile, AFolderThatIsNotThereIsToldByName) {
  EXPECT_THROW(io::AppendFile(folder_ / "no/lines"), InputError);
  EXPECT_THROW(io::LockFile(folder_ / "no/lock", "test"), InputError);
}

TEST_F(AppendFile, ALinkIsNotFollowed) {
  std::ofstream(folder_ / "somebodys") << "work";
  fs::create_symlink(folder_ / "somebodys", folder_ / "lines");
  EXPECT_THROW(io::AppendFile(folder_ / "lines"), InputError);
  EXPECT_THROW(io::LockFile(folder_ / "lines", "test"), InputError);
  EXPECT_EQ(io::read_file(folder_ / "somebodys"), "work");
}

TEST_F(AppendFile, AFileThatSomebodyRemovedIsNotWrittenToInSilence) {
  io::AppendFile file(folder_ / "lines");
  file.append("one\n");
  fs::remove(folder_ / "lines");
  EXPECT_THROW(file.append("two\n"), InputError);
}

TEST_F(AppendFile, ALockHasOneOwnerAndGoesWithHim) {
  const fs::path path = folder_ / "lock";
  {
    const io::LockFile first(path, "test");
    EXPECT_THROW(io::LockFile(path, "test"), InputError);
  }
  EXPECT_NO_THROW(io::LockFile(path, "test"));
}

}  // namespace
