#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "cecropia/config/document.hpp"
#include "cecropia/config/value.hpp"
#include "cecropia/core/error.hpp"

namespace cecropia::config {
namespace {
using testing::AllOf;
using testing::HasSubstr;
namespace fs = std::filesystem;

TEST(Numbers, ArePrintedShortAndExact) {
  EXPECT_EQ(shortest(3e9), "3e9");
  EXPECT_EQ(shortest(0.6774), "0.6774");
  EXPECT_EQ(shortest(1e-8), "1e-8");
  EXPECT_EQ(shortest(1234567.5), "1.2345675e6");
  EXPECT_EQ(shortest(0), "0");
  EXPECT_EQ(shortest(-2.5e-5), "-2.5e-5");
  for (const double x : {1.0 / 3e7, 0.1 + 0.2, 9.87654321e12, 1e-300, 1.7976931348623157e308})
    EXPECT_EQ(std::stod(shortest(x)), x);
}

class ParameterText : public testing::Test {
 protected:
  fs::path folder = fs::temp_directory_path() / ("cecropia-config-" + std::to_string(::getpid()));
  void SetUp() override { fs::create_directories(folder); }
  void TearDown() override { fs::remove_all(folder); }
  std::string complaint(const fs::path& file) {
    try {
      read_text(file);
    } catch (const InputError& error) {
      return error.what();
    }
    return {};
  }
};

TEST_F(ParameterText, OfAMissingFileIsRefused) {
  EXPECT_THAT(complaint(folder / "none.json"), AllOf(HasSubstr("none.json' does not exist"), HasSubstr("to fix")));
}
TEST_F(ParameterText, OfAFolderIsRefused) { EXPECT_THAT(complaint(folder), HasSubstr("is a folder")); }
TEST_F(ParameterText, OfAnEmptyFileIsRefused) {
  std::ofstream(folder / "empty.json") << " \n";
  EXPECT_THAT(complaint(folder / "empty.json"), HasSubstr("is empty"));
}
TEST_F(ParameterText, BeyondSixteenMebibytesIsRefused) {
  std::ofstream(folder / "large.json") << std::string(17 * 1024 * 1024, ' ');
  EXPECT_THAT(complaint(folder / "large.json"), HasSubstr("is larger than 16 MiB"));
}
TEST_F(ParameterText, IsReadToTheLastByte) {
  const std::string text = "{ \"a\": 1 }" + std::string(100000, ' ') + "x";
  std::ofstream(folder / "long.json") << text;
  EXPECT_EQ(read_text(folder / "long.json"), text);
}

}  // namespace
}  // namespace cecropia::config
