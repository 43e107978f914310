#include "cecropia/output/fields.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cecropia/core/error.hpp"

namespace cecropia::output {
namespace {

using model::Galaxy;
using model::ResolvedGalaxy;

/// Getter of one member of the record.
template <auto Member>
void take(const Galaxy& galaxy, const ResolvedGalaxy&, double* out) {
  out[0] = static_cast<double>(galaxy.*Member);
}
template <auto Member>
void take_resolved(const Galaxy&, const ResolvedGalaxy& resolved, double* out) {
  out[0] = resolved.*Member;
}
template <auto Member>
void take_list(const Galaxy& galaxy, const ResolvedGalaxy&, double* out) {
  std::copy((galaxy.*Member).begin(), (galaxy.*Member).end(), out);
}

constexpr bool by_default = true, on_request = false;

}  // namespace

const std::vector<Field>& fields() {
  static const std::vector<Field> table{
      {"weight_per_cmpc3", "cMpc^-3", "Comoving number density this galaxy stands for (1/volume in a periodic box).",
       Stored::float64, by_default, 1, take<&Galaxy::weight_per_cmpc3>},
      {"is_satellite", "-", "1 if the halo lies inside another halo, else 0.", Stored::uint8, by_default, 1,
       take<&Galaxy::is_satellite>},
      {"is_ionised", "-", "1 if the intergalactic gas around the halo is ionised, else 0.", Stored::uint8, on_request,
       1, take<&Galaxy::is_ionised>},
      {"position_cmpc", "cMpc",
       "Centre of the halo in the periodic box, comoving x, y, z; NaN for trees without places.", Stored::float32,
       on_request, 3, take_list<&Galaxy::position_cmpc>},
      {"z_igm", "-", "Metal mass fraction of the gas around the halo during the step, without clumping.",
       Stored::float32, on_request, 1, take<&Galaxy::z_igm>},
      {"bubble_radius_ckpc", "ckpc", "Radius of the outflow bubble, comoving; 0: none.", Stored::float32, by_default, 1,
       take<&Galaxy::bubble_radius_ckpc>},
      {"bubble_energy_1e51_erg", "1e51 erg", "Thermal energy of the outflow bubble.", Stored::float32, on_request, 1,
       take<&Galaxy::bubble_energy_1e51_erg>},
      {"bubble_fractions", "-", "Metal mass fractions in the outflow bubble; columns as metals_gas_msun.",
       Stored::float32, on_request, n_metals, take_list<&Galaxy::bubble_fractions>},
      {"region_radius_cmpc", "cMpc", "Radius of the ionised region, comoving; 0: none.", Stored::float32, by_default, 1,
       take<&Galaxy::region_radius_cmpc>},
      {"m_vir_msun", "Msun", "Virial mass of the halo.", Stored::float32, by_default, 1, take<&Galaxy::m_vir_msun>},
      {"m_peak_msun", "Msun", "Highest virial mass of the halo and all its progenitors so far.", Stored::float32,
       on_request, 1, take<&Galaxy::m_peak_msun>},
      {"r_vir_kpc", "kpc", "Virial radius, physical (with model.mass_in_step = new_level at the middle of the step).",
       Stored::float32, on_request, 1, take<&Galaxy::r_vir_kpc>},
      {"r_galaxy_kpc", "kpc", "Radius of the star-forming gas, physical; at the same time as r_vir_kpc.",
       Stored::float32, on_request, 1, take<&Galaxy::r_galaxy_kpc>},
      {"m_star_msun", "Msun", "Mass of all stars ever formed, mergers included.", Stored::float32, by_default, 1,
       take<&Galaxy::m_star_msun>},
      {"m_star_iii_msun", "Msun", "Of m_star_msun: Population III.", Stored::float32, by_default, 1,
       take<&Galaxy::m_star_iii_msun>},
      {"m_hot_msun", "Msun", "Hot gas in the halo.", Stored::float32, by_default, 1, take<&Galaxy::m_hot_msun>},
      {"m_cold_msun", "Msun", "Cold gas in the galaxy.", Stored::float32, by_default, 1, take<&Galaxy::m_cold_msun>},
      {"m_out_msun", "Msun", "Gas that outflows have carried out of the halo and that has not come back.",
       Stored::float32, by_default, 1, take<&Galaxy::m_out_msun>},
      {"sfr_10_msun_yr", "Msun yr^-1", "Stars formed in the last 10 Myr, divided by 10 Myr.", Stored::float32,
       by_default, 1, take<&Galaxy::sfr_10_msun_yr>},
      {"sfr_100_msun_yr", "Msun yr^-1", "Stars formed in the last 100 Myr, divided by 100 Myr.", Stored::float32,
       by_default, 1, take<&Galaxy::sfr_100_msun_yr>},
      {"sfr_step_msun_yr", "Msun yr^-1", "Stars formed since the previous level, divided by that time.",
       Stored::float32, on_request, 1, take<&Galaxy::sfr_step_msun_yr>},
      {"inflow_step_msun_yr", "Msun yr^-1",
       "Gas that was in no galaxy before and came in since the previous level, divided by that time; what a halo holds "
       "when its galaxy begins is part of it.",
       Stored::float32, on_request, 1, take<&Galaxy::inflow_step_msun_yr>},
      {"outflow_step_msun_yr", "Msun yr^-1", "Gas that left the halo since the previous level, divided by that time.",
       Stored::float32, on_request, 1, take<&Galaxy::outflow_step_msun_yr>},
      {"age_first_stars_myr", "Myr",
       "Time since the first stars formed, in the galaxy or one that merged with it; NaN without stars.",
       Stored::float32, on_request, 1, take<&Galaxy::age_first_stars_myr>},
      {"oh_young", "dex",
       "[O/H] of stars above 5 Msun formed in the last 10 Myr, mass weighted, relative to Asplund et al. "
       "(2009); NaN if there are none.",
       Stored::float32, by_default, 1, take<&Galaxy::oh_young>},
      {"young_massive_msun", "Msun", "Stars above 5 Msun formed in the last 10 Myr.", Stored::float32, on_request, 1,
       take<&Galaxy::young_massive_msun>},
      {"young_massive_oxygen_msun", "Msun", "Oxygen that young_massive_msun was born with.", Stored::float32,
       on_request, 1, take<&Galaxy::young_massive_oxygen_msun>},
      {"metals_gas_msun", "Msun", "Metals in hot and cold gas; columns Z (all), C, N, O, Ne, Mg, Si, S, Ca, Fe.",
       Stored::float32, by_default, n_metals, take_list<&Galaxy::metals_gas_msun>},
      {"metals_out_msun", "Msun", "Metals that outflows have carried out; columns as metals_gas_msun.", Stored::float32,
       on_request, n_metals, take_list<&Galaxy::metals_out_msun>},
      {"ccsn_events", "-",
       "Core-collapse supernovae that explode (with electron capture, without pulsational pair instability) since the "
       "previous level.",
       Stored::float32, on_request, 1, take<&Galaxy::ccsn_events>},
      {"ppisn_events", "-", "Pulsational pair-instability supernovae since the previous level.", Stored::float32,
       on_request, 1, take<&Galaxy::ppisn_events>},
      {"pisn_events", "-", "Pair-instability supernovae (without pulsational ones) since the previous level.",
       Stored::float32, on_request, 1, take<&Galaxy::pisn_events>},
      {"pisn_iii_events", "-", "Of pisn_events: stars of Population III.", Stored::float32, on_request, 1,
       take<&Galaxy::pisn_iii_events>},
      {"fsn_events", "-", "Failed supernovae (collapse without explosion) since the previous level.", Stored::float32,
       on_request, 1, take<&Galaxy::fsn_events>},
      {"dbh_events", "-", "Direct collapses above the pair-instability gap since the previous level.", Stored::float32,
       on_request, 1, take<&Galaxy::dbh_events>},
      {"ia_events", "-", "Type Ia supernovae since the previous level.", Stored::float32, on_request, 1,
       take<&Galaxy::ia_events>},
      {"q_ion_per_s", "s^-1", "Hydrogen-ionising photons emitted per second by living massive stars.", Stored::float64,
       on_request, 1, take<&Galaxy::q_ion_per_s>},
      {"q_ion_ii_per_s", "s^-1", "Of q_ion_per_s: Population II.", Stored::float64, on_request, 1,
       take<&Galaxy::q_ion_ii_per_s>},
      {"q_ion_iii_per_s", "s^-1", "Of q_ion_per_s: Population III.", Stored::float64, on_request, 1,
       take<&Galaxy::q_ion_iii_per_s>},
      {"q_lw_ii_per_s", "s^-1",
       "Lyman-Werner photons (11.2 to 13.6 eV) emitted per second by living massive stars of Population II.",
       Stored::float64, on_request, 1, take<&Galaxy::q_lw_ii_per_s>},
      {"q_lw_iii_per_s", "s^-1",
       "Lyman-Werner photons (11.2 to 13.6 eV) emitted per second by living massive stars of Population III.",
       Stored::float64, on_request, 1, take<&Galaxy::q_lw_iii_per_s>},
      {"l_uv_erg_s_hz", "erg s^-1 Hz^-1",
       "Luminosity of living massive stars at 1500 Angstrom: intrinsic, without dust and without nebular light.",
       Stored::float32, on_request, 1, take<&Galaxy::l_uv_erg_s_hz>},
      {"l_uv_ii_erg_s_hz", "erg s^-1 Hz^-1", "Of l_uv_erg_s_hz: Population II.", Stored::float32, on_request, 1,
       take<&Galaxy::l_uv_ii_erg_s_hz>},
      {"l_uv_iii_erg_s_hz", "erg s^-1 Hz^-1", "Of l_uv_erg_s_hz: Population III.", Stored::float32, on_request, 1,
       take<&Galaxy::l_uv_iii_erg_s_hz>},
      {"m_uv_ab", "mag", "Absolute AB magnitude of l_uv_erg_s_hz, intrinsic; NaN if there is no light.",
       Stored::float32, on_request, 1, take<&Galaxy::m_uv_ab>},
      {"m_living_msun", "Msun", "Mass in stars and remnants now: what has come back from them is gas again.",
       Stored::float32, by_default, 1, take_resolved<&ResolvedGalaxy::m_living_msun>, true},
      {"m_dust_msun", "Msun", "Dust in the disc; part of its metals.", Stored::float32, by_default, 1,
       take_resolved<&ResolvedGalaxy::m_dust_msun>, true},
      {"r_half_light_kpc", "kpc", "Radius with half of the light at 1500 Angstrom inside, without dust; physical.",
       Stored::float32, by_default, 1, take_resolved<&ResolvedGalaxy::r_half_light_kpc>, true},
      {"r_half_stars_kpc", "kpc", "Radius with half of the mass of stars inside; physical.", Stored::float32,
       on_request, 1, take_resolved<&ResolvedGalaxy::r_half_stars_kpc>, true},
      {"m_uv_seen_ab", "mag", "Absolute AB magnitude at 1500 Angstrom through the dust; NaN if there is no light.",
       Stored::float32, by_default, 1, take_resolved<&ResolvedGalaxy::m_uv_seen_ab>, true},
      {"depth_1500", "-", "Optical depth at 1500 Angstrom, weighted with the light that leaves.", Stored::float32,
       on_request, 1, take_resolved<&ResolvedGalaxy::depth_1500>, true},
      {"depth_1500_intrinsic", "-", "Optical depth at 1500 Angstrom, weighted with the light without dust.",
       Stored::float32, on_request, 1, take_resolved<&ResolvedGalaxy::depth_1500_intrinsic>, true},
      {"t_dust_k", "K", "Temperature of the dust, weighted with its flux at 158 micron.", Stored::float32, on_request,
       1, take_resolved<&ResolvedGalaxy::t_dust_k>, true},
      {"flux_158_ujy", "uJy", "Flux of the dust at 158 micron in the rest frame.", Stored::float32, on_request, 1,
       take_resolved<&ResolvedGalaxy::flux_158_ujy>, true},
      {"oh_gradient_dex_kpc", "dex kpc^-1",
       "Slope of log10 of the metallicity of gas in radius, rings weighted with their star formation.", Stored::float32,
       on_request, 1, take_resolved<&ResolvedGalaxy::oh_gradient_dex_kpc>, true},
      {"oh_spread_dex", "dex",
       "Standard deviation of log10 of the metallicity of gas among rings, weighted with their star formation.",
       Stored::float32, on_request, 1, take_resolved<&ResolvedGalaxy::oh_spread_dex>, true}};
  return table;
}

std::vector<const Field*> select_fields(const std::vector<std::string>& properties, bool resolved) {
  std::vector<bool> taken(fields().size(), false);
  for (const std::string& name : properties) {
    bool known = name == "default" || name == "all";
    std::string names;
    for (std::size_t i = 0; i < taken.size(); ++i) {
      const Field& field = fields()[i];
      if (field.resolved && !resolved) {
        if (field.name == name)
          throw InputError({fmt::format("property '{}' is one of galaxies with discs", name),
                            "parameter 'output.properties'", "model.galaxies = disc or bathtub with it",
                            "choose that model, or leave the property out"});
        continue;
      }
      names += fmt::format(", {}", field.name);
      const bool named = field.name == name;
      known = known || named;
      taken[i] = taken[i] || named || name == "all" || (name == "default" && field.in_default);
    }
    if (!known)
      throw InputError({fmt::format("property '{}' of a galaxy is unknown", name), "parameter 'output.properties'",
                        fmt::format("names out of: default, all{}", names), "correct the name, or leave it out"});
  }
  std::vector<const Field*> selection;
  for (std::size_t i = 0; i < taken.size(); ++i)
    if (taken[i]) selection.push_back(&fields()[i]);
  return selection;
}

std::string fields_markdown() {
  std::string text = "| dataset | type | unit | meaning | default |\n|---|---|---|---|---|\n";
  for (const IdColumn& column : id_columns)
    text += fmt::format("| `{}` | int64 | - | {} | always |\n", column.name, column.description);
  for (const Field& field : fields()) {
    const char* type = field.stored == Stored::uint8     ? "uint8"
                       : field.stored == Stored::float32 ? "float32"
                                                         : "float64";
    const std::string shape = field.width > 1 ? fmt::format("{} x {}", type, field.width) : type;
    text += fmt::format("| `{}` | {} | {} | {} | {} |\n", field.name, shape, field.unit, field.description,
                        !field.in_default ? ""
                        : field.resolved  ? "disc, bathtub"
                                          : "yes");
  }
  return text;
}

}  // namespace cecropia::output
