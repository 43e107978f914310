#include "cecropia/stars/cache.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <vector>

#include "cecropia/core/error.hpp"
#include "cecropia/io/atomic_file.hpp"
#include "cecropia/stars/builder.hpp"
#include "cecropia/stars/table_file.hpp"
#include "scratch.hpp"

namespace {
using namespace cecropia;
using namespace cecropia::stars;
using testing_stars::Scratch;
using testing_stars::Variable;

std::size_t n_entries(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(
      std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator()));
}

const std::uint64_t right = build({}).content_hash();

TEST(Cache, LivesWhereTheEnvironmentSays) {
  const Variable own("CECROPIA_CACHE", "/a"), xdg("XDG_CACHE_HOME", "/b"), home("HOME", "/c");
  EXPECT_EQ(cache_folder(), "/a");
  const Variable no_own("CECROPIA_CACHE", nullptr);
  EXPECT_EQ(cache_folder(), "/b/cecropia");
  const Variable relative_xdg("XDG_CACHE_HOME", "b");
  EXPECT_EQ(cache_folder(), "/c/.cache/cecropia");
  const Variable no_home("HOME", nullptr);
  EXPECT_EQ(cache_folder(), std::nullopt);
}

TEST(Cache, IsFilledOnFirstUseAndReadAfterwards) {
  const Scratch folder;
  const Variable own("CECROPIA_CACHE", (folder / "deep/er").c_str());
  EXPECT_EQ(load_or_build(BuilderParameters{}).content_hash(), right);
  const auto file = folder / "deep/er" / cache_file_name({});
  ASSERT_TRUE(std::filesystem::exists(file));
  EXPECT_EQ(n_entries(file.parent_path()), 1u);
  const auto written = std::filesystem::last_write_time(file);
  EXPECT_EQ(load_or_build(BuilderParameters{}).content_hash(), right);
  EXPECT_EQ(std::filesystem::last_write_time(file), written);
}

TEST(Cache, KeepsTablesOfDifferentParametersApart) {
  const BuilderParameters standard;
  std::vector<BuilderParameters> others(17, standard);
  others[0].model = Model::hartwig2022;
  others[1].f_mix = 0.5;
  others[2].x_he_shell_cc = 0.1;
  others[3].x_he_shell_pp = 0.1;
  others[4].m_wd_max_msun = 8.5;
  others[5].m_ecsn_max_msun = 9;
  others[6].m_he_ppisn_msun = 33;
  others[7].m_he_pisn_msun = 60;
  others[8].m_he_dbh_msun = 130;
  others[9].e_ccsn_1e51_erg = 1.0 + 1e-15;
  others[10].e_ppisn_1e51_erg = 3;
  others[11].e_pisn_1e51_erg = 30;
  others[12].remnant = RemnantModel::rapid;
  others[13].ppisn_energy = PpisnEnergy::woosley2017;
  others[14].wind_scale = 0.5;
  others[15].model = Model::kobayashi2006;
  others[16].model = Model::nomoto2013;
  std::vector<std::string> names{cache_file_name(standard)};
  for (const BuilderParameters& p : others) names.push_back(cache_file_name(p));
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
}

TEST(Cache, ADamagedFileIsReplaced) {
  const Scratch folder;
  const Variable own("CECROPIA_CACHE", folder.path().c_str());
  load_or_build(BuilderParameters{});
  const auto file = folder / cache_file_name({});
  const std::string whole = io::read_file(file);
  for (const std::string& content : {std::string(), std::string("nonsense"), whole.substr(0, whole.size() / 2)}) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << content;
    EXPECT_EQ(load_or_build(BuilderParameters{}).content_hash(), right);
    EXPECT_EQ(io::read_file(file), whole);
  }
}

TEST(Cache, AFolderThatTakesNoFileCostsOnlyTheBuilding) {
  const Scratch folder;
  std::ofstream(folder / "file") << "in the way";
  const Variable below_a_file("CECROPIA_CACHE", (folder / "file/cache").c_str());
  EXPECT_EQ(load_or_build(BuilderParameters{}).content_hash(), right);
  const Variable in_proc("CECROPIA_CACHE", "/proc/cecropia");  // read-only even for root
  EXPECT_EQ(load_or_build(BuilderParameters{}).content_hash(), right);
}

TEST(Cache, AFolderWithTheNameOfTheFileCostsOnlyTheBuilding) {
  const Scratch folder;
  const Variable own("CECROPIA_CACHE", folder.path().c_str());
  std::filesystem::create_directories(folder / cache_file_name({}));
  EXPECT_EQ(load_or_build(BuilderParameters{}).content_hash(), right);
}

TEST(Cache, WithoutAnyFolderTablesAreBuiltInMemory) {
  const Variable own("CECROPIA_CACHE", nullptr), xdg("XDG_CACHE_HOME", nullptr), home("HOME", nullptr);
  EXPECT_EQ(load_or_build(BuilderParameters{}).content_hash(), right);
}

TEST(Cache, ManyJobsMayFillItAtOnce) {
  const Scratch folder;
  const Variable own("CECROPIA_CACHE", folder.path().c_str());
  std::vector<pid_t> children;
  for (int i = 0; i < 8; ++i) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      bool good = true;
      try {
        for (int k = 0; k < 5; ++k) {
          good = good && load_or_build(BuilderParameters{}).content_hash() == right;
          if (i == 0) {
            std::error_code ignored;
            std::filesystem::remove(folder / cache_file_name({}), ignored);
          }
        }
      } catch (...) {
        good = false;
      }
      ::_exit(good ? 0 : 1);
    }
    children.push_back(child);
  }
  for (pid_t child : children) {
    int status = 1;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  }
  for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
    EXPECT_EQ(entry.path().filename(), cache_file_name({})) << "a temporary was left behind";
}

TEST(TableFileParameter, IsReadInsteadOfBuildingAndItsFaultsAreErrors) {
  const Scratch folder;
  Parameters p;
  p.table_file = (folder / "mine.h5").string();
  EXPECT_THROW(load_or_build(p), InputError);
  BuilderParameters old;
  old.model = Model::hartwig2022;
  write_tables(p.table_file, build(old));
  EXPECT_EQ(load_or_build(p).content_hash(), build(old).content_hash());
}

TEST(Parameters, DefaultsAreThePapersAndPassTheirOwnRanges) {
  Parameters p;
  EXPECT_EQ(describe(p.builder()), describe(BuilderParameters{}));
  EXPECT_EQ(p.imf_ii().m_max_msun, 250.0);
  EXPECT_EQ(p.imf_iii().m_min_msun, 13.6);
  EXPECT_EQ(p.imf_iii().m_max_msun, 197.0);
  for (const Parameter<Parameters>& row : rows) {
    const Value v = row.load(p);
    if (row.kind == cecropia::Kind::number) {
      EXPECT_GE(std::get<double>(v), row.lowest) << row.key;
      EXPECT_LE(std::get<double>(v), row.highest) << row.key;
    }
    Parameters copy;
    row.store(copy, v);
    EXPECT_EQ(row.load(copy), v) << row.key;
  }
}

TEST(Parameters, EachChoiceReachesTheBuilder) {
  for (const Parameter<Parameters>& row : rows) {
    if (row.kind != cecropia::Kind::choice || row.key.starts_with("imf")) continue;
    for (std::size_t i = 1; i < row.choices.size(); ++i) {  // the first is the default
      Parameters p;
      row.store(p, Value(std::string(row.choices[i])));
      EXPECT_NE(describe(p.builder()), describe(BuilderParameters{})) << row.key << " " << row.choices[i];
    }
  }
}

TEST(Parameters, EachRowReachesTheBuilder) {
  for (const Parameter<Parameters>& row : rows) {
    if (row.kind != cecropia::Kind::number || row.key.starts_with("imf") || row.key == "m_massive_msun") continue;
    Parameters p;
    row.store(p, Value(0.5 * (row.lowest + row.highest) + 0.1));
    EXPECT_NE(describe(p.builder()), describe(BuilderParameters{})) << row.key;
  }
}

}  // namespace
