// The tables of the stellar populations that every run writes.
#include "cecropia/scan/population_tables.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cecropia/io/atomic_file.hpp"
#include "cecropia/stars/builder.hpp"
#include "cecropia/stars/by_age.hpp"

namespace {
using namespace cecropia;
using testing::ElementsAre;

const stars::Tables& tables() {
  static const stars::Tables t = stars::build({});
  return t;
}

model::Physics physics(const stars::ImfModel& imf_ii) {
  return model::Physics({}, {}, cosmology::Cosmology(), tables(), imf_ii, stars::Imf::power_law(13.6, 197.0, 1.77), 5.0,
                        1000.0, {1, 0});
}

const output::PopulationTable::Array& array(const output::PopulationTable& table, const std::string& name) {
  for (const auto& a : table.arrays)
    if (a.name == name) return a;
  throw std::out_of_range(name);
}

TEST(PopulationTables, HoldEachPopulationAtTheMetallicitiesOfItsStars) {
  const auto all = scan::population_tables(physics(stars::Imf::kroupa(0.01, 250)), tables(), 5.0, 4.5);
  ASSERT_EQ(all.populations.size(), 2u);
  EXPECT_EQ(all.fates.size(), stars::fate_names.size());
  const auto &ii = all.populations[0], &iii = all.populations[1];
  EXPECT_EQ(ii.name, "ii");
  EXPECT_EQ(iii.name, "iii");
  EXPECT_EQ(ii.metallicity.size(), tables().n_z() - 1);
  EXPECT_EQ(ii.metallicity.front(), tables().z_grid()[1]);
  EXPECT_THAT(iii.metallicity, ElementsAre(1e-11, 1e-6));
  for (const auto& table : all.populations)
    for (const auto& a : table.arrays)
      EXPECT_EQ(a.values.size(), table.metallicity.size() * table.age_myr.size() * a.width) << a.name;
}

TEST(PopulationTables, AreThePopulationByAgeInRowsOfMetallicity) {
  const stars::Imf imf = stars::Imf::kroupa(0.01, 250);
  const auto ii = scan::population_tables(physics(imf), tables(), 5.0, 4.5).populations[0];
  const stars::Population population(tables(), imf);
  const std::size_t n = ii.age_myr.size(), row = 4, i_z = row + 1, n_fates = stars::fate_names.size();
  const stars::ByAge t = stars::by_age(population, i_z, ii.age_myr);
  for (std::size_t age : {std::size_t{0}, std::size_t{30}, n - 1}) {
    EXPECT_EQ(array(ii, "q_ion_per_s_msun").values[row * n + age], t.q_ion_per_s[age]);
    EXPECT_EQ(array(ii, "q_lw_per_s_msun").values[row * n + age], t.q_lw_per_s[age]);
    EXPECT_EQ(array(ii, "l_uv_erg_s_hz_msun").values[row * n + age], t.l_uv_erg_s_hz[age]);
    EXPECT_EQ(array(ii, "returned_per_msun").values[row * n + age], t.returned[age]);
    EXPECT_EQ(array(ii, "metals_per_msun").values[row * n + age], t.metals[age]);
    EXPECT_EQ(array(ii, "oxygen_per_msun").values[row * n + age], t.oxygen[age]);
    EXPECT_EQ(array(ii, "e_sn_erg_msun").values[row * n + age], t.e_sn_erg[age]);
    for (std::size_t fate = 0; fate < n_fates; ++fate)
      EXPECT_EQ(array(ii, "deaths_per_msun").values[(row * n + age) * n_fates + fate], t.deaths[fate][age]);
  }
}

TEST(PopulationTables, TakeTheImfOfTheRedshiftThatTheyAreMadeFor) {
  stars::ImfParameters p;
  p.max_redshift = {5.0, 15.0};
  p.max_values_msun = {50.0, 250.0};
  const model::Physics changing = physics(stars::ImfModel(p));
  const auto pair_instability = [&changing](double redshift) {
    const auto ii = scan::population_tables(changing, tables(), 5.0, redshift).populations[0];
    const std::size_t last_age_of_the_lowest_metallicity = ii.age_myr.size() - 1;
    return array(ii, "deaths_per_msun")
        .values[last_age_of_the_lowest_metallicity * stars::fate_names.size() +
                static_cast<std::size_t>(stars::Fate::pisn)];
  };
  EXPECT_EQ(pair_instability(5.0), 0.0) << "none without stars above 50 Msun";
  EXPECT_GT(pair_instability(15.0), 0.0);
}

TEST(PopulationTables, AreTheOnesInTheDocumentation) {
  std::string table = "| dataset | unit | meaning |\n|---|---|---|\n";
  const auto all = scan::population_tables(physics(stars::Imf::kroupa(0.01, 250)), tables(), 5.0, 4.5);
  for (const auto& a : all.populations[0].arrays)
    table += "| `" + a.name + "` | " + a.unit + " | " + a.description + " |\n";
  const std::string page = io::read_file(CECROPIA_SOURCE_DIR "/docs/output.md") + "\n";
  EXPECT_NE(page.find(table + "\n"), std::string::npos) << "copy this into docs/output.md:\n" << table;
}

}  // namespace
