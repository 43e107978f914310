#include "cecropia/scan/population_tables.hpp"

#include "cecropia/stars/by_age.hpp"

namespace cecropia::scan {
namespace {

using Array = output::PopulationTable::Array;

std::vector<Array> empty_arrays() {
  return {
      {"q_ion_per_s_msun", "s^-1 Msun^-1", "H-ionising photons of the living massive stars.", 1, {}},
      {"q_lw_per_s_msun", "s^-1 Msun^-1", "Lyman-Werner photons (11.2 to 13.6 eV) of the living massive stars.", 1, {}},
      {"l_uv_erg_s_hz_msun",
       "erg s^-1 Hz^-1 Msun^-1",
       "Luminosity of the living massive stars at 1500 Angstrom, intrinsic.",
       1,
       {}},
      {"deaths_per_msun",
       "Msun^-1",
       "Massive stars that have died, by fate (/populations/fates).",
       stars::fate_names.size(),
       {}},
      {"returned_per_msun", "-", "Mass returned by the dead, winds and ejecta, over mass formed.", 1, {}},
      {"metals_per_msun", "-", "Metals in what was returned, those of birth among them, over mass formed.", 1, {}},
      {"oxygen_per_msun", "-", "Oxygen in what was returned, that of birth included, over mass formed.", 1, {}},
      {"e_sn_erg_msun", "erg Msun^-1", "Energy of the supernovae (without Type Ia).", 1, {}}};
}

/// Adds a metallicity: the arrays in the order of empty_arrays.
void append(std::vector<Array>& arrays, const stars::ByAge& t) {
  for (std::size_t age = 0; age < t.age_myr.size(); ++age) {
    std::size_t i = 0;
    for (const auto* column : {&t.q_ion_per_s, &t.q_lw_per_s, &t.l_uv_erg_s_hz})
      arrays[i++].values.push_back((*column)[age]);
    for (const std::vector<double>& fate : t.deaths) arrays[i].values.push_back(fate[age]);
    ++i;
    for (const auto* column : {&t.returned, &t.metals, &t.oxygen, &t.e_sn_erg})
      arrays[i++].values.push_back((*column)[age]);
  }
}

output::PopulationTable table_of(const char* name, const stars::Populations& populations, const stars::Tables& tables,
                                 std::size_t first, std::size_t last, double redshift) {
  output::PopulationTable table{name, {}, stars::log_spaced_ages(0.1, 199.0, 0.05), empty_arrays()};
  for (std::size_t i_z = first; i_z <= last; ++i_z) {
    table.metallicity.push_back(tables.z_grid()[i_z]);
    append(table.arrays, stars::by_age(populations.at(i_z, redshift), i_z, table.age_myr));
  }
  return table;
}

}  // namespace

output::PopulationTables population_tables(const model::Physics& physics, const stars::Tables& tables,
                                           double m_massive_msun, double redshift) {
  output::PopulationTables all{redshift, m_massive_msun, {stars::fate_names.begin(), stars::fate_names.end()}, {}};
  const stars::MetallicityLookup& bins = physics.metallicities;
  all.populations.push_back(
      table_of("ii", physics.pop_ii, tables, bins.first_pop_ii_bin(), tables.n_z() - 1, redshift));
  all.populations.push_back(table_of("iii", physics.pop_iii, tables, 0, bins.last_pop_iii_bin(), redshift));
  return all;
}

}  // namespace cecropia::scan
