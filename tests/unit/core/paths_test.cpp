// Where the program looks for the data it is shipped with.
#include "cecropia/core/paths.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <optional>

#include "cecropia/core/error.hpp"

namespace cecropia {
namespace {

namespace fs = std::filesystem;

/// CECROPIA_DATA for the length of a test.
class DataVariable {
 public:
  explicit DataVariable(const std::string& value) {
    if (const char* old = std::getenv("CECROPIA_DATA")) old_ = old;
    ::setenv("CECROPIA_DATA", value.c_str(), 1);
  }
  ~DataVariable() {
    if (old_)
      ::setenv("CECROPIA_DATA", old_->c_str(), 1);
    else
      ::unsetenv("CECROPIA_DATA");
  }

 private:
  std::optional<std::string> old_;
};

TEST(ShippedData, TheBuildTreeFindsTheFoldersOfTheSource) {
  EXPECT_TRUE(fs::equivalent(find_data("params/observations"), fs::path(CECROPIA_SOURCE_DIR) / "params/observations"));
}

TEST(ShippedData, TheEnvironmentComesFirst) {
  const fs::path place = fs::temp_directory_path() / ("cecropia_data_" + std::to_string(::getpid()));
  fs::create_directories(place / "params/observations");
  const DataVariable given(place.string());
  EXPECT_EQ(find_data("params/observations"), place / "params/observations");
  fs::remove_all(place);
}

TEST(ShippedData, AnErrorNamesEveryPlaceTried) {
  const DataVariable given("/nowhere/at/all");
  try {
    find_data("params/no_such_folder");
    FAIL() << "no complaint";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("/nowhere/at/all/params/no_such_folder"));
    EXPECT_THAT(error.what(), testing::HasSubstr("share/cecropia/params/no_such_folder"));
    EXPECT_THAT(error.what(), testing::HasSubstr("CECROPIA_DATA"));
  }
}

}  // namespace
}  // namespace cecropia
