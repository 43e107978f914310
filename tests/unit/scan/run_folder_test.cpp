#include "cecropia/scan/run_folder.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "cecropia/core/error.hpp"

namespace cecropia::scan {
namespace {
namespace fs = std::filesystem;

class OutputFolder : public testing::Test {
 protected:
  fs::path base = fs::temp_directory_path() / ("cecropia-out-" + std::to_string(::getpid()));
  void SetUp() override { fs::create_directories(base); }
  void TearDown() override { fs::remove_all(base); }
};

TEST_F(OutputFolder, IsMadeWithThoseAboveIt) {
  prepare_folder(base / "a" / "b");
  EXPECT_TRUE(fs::is_directory(base / "a" / "b"));
  EXPECT_TRUE(fs::is_empty(base / "a" / "b"));  // the trial leaves nothing behind
}

TEST_F(OutputFolder, KeepsWhatItHolds) {
  std::ofstream(base / "run.json") << "old";
  prepare_folder(base);
  std::ifstream file(base / "run.json");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "old");
}

TEST_F(OutputFolder, MustNotBeAFile) {
  std::ofstream(base / "out") << "x";
  EXPECT_THROW(prepare_folder(base / "out"), InputError);
  EXPECT_THROW(prepare_folder(base / "out" / "below"), InputError);
}

TEST_F(OutputFolder, MustBeWritable) {
  EXPECT_THROW(prepare_folder("/proc/cecropia"), InputError);  // not even root can write there
}

}  // namespace
}  // namespace cecropia::scan
