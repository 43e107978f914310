#include <fmt/format.h>

#include "cecropia/core/closest.hpp"
#include "cecropia/core/error.hpp"
#include "cecropia/observe/history.hpp"
#include "evaluate.hpp"

namespace cecropia::observe {

namespace {

constexpr const char* sfrd_unit = "Msun yr^-1 cMpc^-3";
constexpr const char* csmd_unit = "Msun cMpc^-3";
constexpr const char* behind_dust =
    "behind their dust where the model has dust, else intrinsic (bathtubs have no light)";

std::string window_text(const Parameters& p) {
  for (const auto& n : window_names)
    if (n.value == p.sfrd_window)
      return p.sfrd_window == Window::none
                 ? "not smoothed in time"
                 : fmt::format("mean over a {} window of {:g} Myr", n.name, p.sfrd_window_myr);
  return {};
}

}  // namespace

/// Star formation, stellar mass, and light and deaths of stars (LIT-5).
std::vector<Column> history_of(const Evaluation& e) {
  std::vector<Column> columns;
  const auto add = [&](std::string name, std::string unit, std::string description, auto value_at) {
    Column c{std::move(name), std::move(unit), std::move(description), {}};
    for (std::size_t i = 0; i < e.levels.size(); ++i) c.values.push_back(value_at(i));
    columns.push_back(std::move(c));
  };
  const Slots slots = slots_of(e.p, 0);
  const auto slot = [&](std::size_t k) { return [&e, k](std::size_t i) { return e.levels[i].sums[k]; }; };
  const auto fact = [&](double model::Level::*member) {
    return [&e, member](std::size_t i) { return e.levels[i].facts.*member; };
  };
  const auto rate = [&](std::size_t k) {
    return [&e, k](std::size_t i) {
      const double step_yr = 1e6 * e.levels[i].facts.step_myr;
      return step_yr > 0 ? e.levels[i].sums[k] / step_yr : 0.0;
    };
  };
  std::vector<double> ages;
  for (const auto& level : e.levels) ages.push_back(level.facts.age_myr);
  const auto add_smoothed = [&](std::string name, std::string description, std::size_t k) {
    std::vector<double> instantaneous;
    for (const auto& level : e.levels) instantaneous.push_back(level.sums[k]);
    columns.push_back({std::move(name), sfrd_unit, std::move(description),
                       smooth(ages, instantaneous, e.p.sfrd_window, e.p.sfrd_window_myr)});
  };
  const std::string window = window_text(e.p), cut = fmt::format("{:.4g}", e.p.sfr_min_msun_yr),
                    m_cut = fmt::format("{:.4g}", e.p.csmd_m_star_min_msun);

  add("z", "-", "Redshift at the end of the level", fact(&model::Level::redshift));
  add("age_myr", "Myr", "Age of the universe", fact(&model::Level::age_myr));
  add("step_myr", "Myr", "Time since the previous level", fact(&model::Level::step_myr));
  add_smoothed("sfrd_msun_yr_cmpc3", "Star-formation rate density of all galaxies, SFR over 10 Myr, " + window,
               sum::sfr_10);
  add_smoothed("sfrd_detectable_msun_yr_cmpc3",
               "Star-formation rate density of galaxies with SFR over 10 Myr above " + cut + " Msun/yr, " + window,
               sum::sfr_detectable);
  for (std::size_t i = 0; i < e.p.sfrd_cuts_log10.size(); ++i)
    add_smoothed(
        fmt::format("sfrd_log10_sfr_above_{:g}_msun_yr_cmpc3", e.p.sfrd_cuts_log10[i]),
        fmt::format("Star-formation rate density of galaxies with log10 SFR over 10 Myr above {:g} [Msun/yr], {}",
                    e.p.sfrd_cuts_log10[i], window),
        slots.sfr_cuts + i);
  add_smoothed(
      "sfrd_metal_poor_msun_yr_cmpc3",
      fmt::format("Star-formation rate density of galaxies whose young massive stars have [O/H] below {:g}, {}",
                  e.p.metal_poor_oh, window),
      sum::sfr_metal_poor);
  add_smoothed("sfrd_bright_msun_yr_cmpc3",
               fmt::format("Star-formation rate density of galaxies of M_UV <= {:g}, {}, {}", e.p.m_uv_faintest,
                           behind_dust, window),
               sum::sfr_bright);
  add("sfrd_10_msun_yr_cmpc3", sfrd_unit, "Star-formation rate density of all galaxies, SFR over 10 Myr, not smoothed",
      slot(sum::sfr_10));
  add("sfrd_detectable_10_msun_yr_cmpc3", sfrd_unit,
      "Star-formation rate density of galaxies with SFR over 10 Myr above " + cut + " Msun/yr, not smoothed",
      slot(sum::sfr_detectable));
  add("sfrd_100_msun_yr_cmpc3", sfrd_unit, "Star-formation rate density of all galaxies, SFR over the last 100 Myr",
      slot(sum::sfr_100));
  add("sfrd_step_msun_yr_cmpc3", sfrd_unit, "Star-formation rate density of all galaxies, mean over the level's step",
      slot(sum::sfr_step));
  add("sfrd_iii_msun_yr_cmpc3", sfrd_unit, "Star-formation rate density of Population III, mean over the level's step",
      slot(sum::sfr_iii_step));
  add("csmd_msun_cmpc3", csmd_unit, "Stellar mass ever formed per comoving volume, all galaxies", slot(sum::m_star));
  add("csmd_detectable_msun_cmpc3", csmd_unit, "Stellar mass density of galaxies with M_* above " + m_cut + " Msun",
      slot(sum::m_star_massive));
  for (std::size_t i = 0; i < e.p.csmd_cuts_log10.size(); ++i)
    add(fmt::format("csmd_log10_m_star_above_{:g}_msun_cmpc3", e.p.csmd_cuts_log10[i]), csmd_unit,
        fmt::format("Stellar mass density of galaxies with log10 M_* above {:g} [Msun]", e.p.csmd_cuts_log10[i]),
        slot(slots.m_star_cuts + i));
  add("csmd_iii_msun_cmpc3", csmd_unit, "Population III stellar mass ever formed per comoving volume",
      slot(sum::m_star_iii));
  const auto space = [&](auto model::LevelSums::*member) {
    return [&e, member](std::size_t i) { return static_cast<double>(e.levels[i].space.*member); };
  };
  add("q_hii", "-", "Share of hydrogen that is ionised at the end of the level (ION-4)",
      space(&model::LevelSums::q_hii));
  add("q_metal", "-", "Share of space that holds metals at the end of the level, for randomly placed bubbles",
      space(&model::LevelSums::q_metal));
  add("ionised_filling", "-", "Sum of the volumes of ionised regions per volume; overlaps count as often as they occur",
      space(&model::LevelSums::ionised_filling));
  add("metal_filling", "-", "Sum of the volumes of outflow bubbles per volume; overlaps count as often as they occur",
      space(&model::LevelSums::metal_filling));
  add("j21", "1e-21 erg s^-1 cm^-2 Hz^-1 sr^-1", "Lyman-Werner background at the end of the level",
      space(&model::LevelSums::j21));
  add("n_sources", "-", "Galaxies with a bubble or an ionised region, of all trees", space(&model::LevelSums::sources));
  const auto add_sizes = [&](const char* name, const char* what, const auto& cuts, std::size_t first) {
    for (std::size_t i = 0; i < cuts.size(); ++i)
      add(fmt::format("{}_log10_radius_above_{:g}_cmpc3", name, cuts[i]), "cMpc^-3",
          fmt::format("{} with log10 of the comoving radius above {:g} [ckpc]", what, cuts[i]), slot(first + i));
  };
  add_sizes("bubbles", "Outflow bubbles", bubble_cuts_log10, bubble_sums);
  add_sizes("ionised_regions", "Ionised regions", region_cuts_log10, region_sums);
  add("ccsn_rate_yr_cmpc3", "yr^-1 cMpc^-3",
      "Core-collapse supernovae (with electron-capture ones, without pulsational pair instability), mean over the "
      "level's step",
      rate(sum::ccsn));
  add("ppisn_rate_yr_cmpc3", "yr^-1 cMpc^-3", "Pulsational pair-instability supernovae, mean over the level's step",
      rate(sum::ppisn));
  add("pisn_rate_yr_cmpc3", "yr^-1 cMpc^-3",
      "Pair-instability supernovae (without pulsational ones), mean over the level's step", rate(sum::pisn));
  add("pisn_rate_ii_yr_cmpc3", "yr^-1 cMpc^-3", "The same of stars of Population II alone", rate(sum::pisn_ii));
  add("pisn_rate_iii_yr_cmpc3", "yr^-1 cMpc^-3", "The same of stars of Population III alone", rate(sum::pisn_iii));
  add("fsn_rate_yr_cmpc3", "yr^-1 cMpc^-3",
      "Failed supernovae (collapse without explosion), mean over the level's step", rate(sum::fsn));
  add("dbh_rate_yr_cmpc3", "yr^-1 cMpc^-3",
      "Direct collapses above the pair-instability gap, mean over the level's step", rate(sum::dbh));
  add("ia_rate_yr_cmpc3", "yr^-1 cMpc^-3", "Type Ia supernovae, mean over the level's step", rate(sum::ia));
  add("ionising_emissivity_s_cmpc3", "s^-1 cMpc^-3", "H-ionising photons of living massive stars (before escape)",
      slot(sum::q_ion));
  add("ionising_emissivity_ii_s_cmpc3", "s^-1 cMpc^-3",
      "H-ionising photons of living massive stars of Population II (before escape)", slot(sum::q_ion_ii));
  add("ionising_emissivity_iii_s_cmpc3", "s^-1 cMpc^-3",
      "H-ionising photons of living massive stars of Population III (before escape)", slot(sum::q_ion_iii));
  add("lyman_werner_emissivity_ii_s_cmpc3", "s^-1 cMpc^-3",
      "Lyman-Werner photons (11.2 to 13.6 eV) of living massive stars of Population II (before escape)",
      slot(sum::q_lw_ii));
  add("lyman_werner_emissivity_iii_s_cmpc3", "s^-1 cMpc^-3",
      "Lyman-Werner photons (11.2 to 13.6 eV) of living massive stars of Population III (before escape)",
      slot(sum::q_lw_iii));
  add("uv_luminosity_density_erg_s_hz_cmpc3", "erg s^-1 Hz^-1 cMpc^-3",
      "Luminosity density of living massive stars at 1500 Angstrom, intrinsic (no dust, no nebular light)",
      slot(sum::l_uv));
  add("uv_luminosity_density_iii_erg_s_hz_cmpc3", "erg s^-1 Hz^-1 cMpc^-3", "The same of Population III alone",
      slot(sum::l_uv_iii));
  add("n_galaxies_cmpc3", "cMpc^-3", "Number density of halos that have formed stars", slot(sum::galaxies));
  add("n_detectable_cmpc3", "cMpc^-3", "Number density of galaxies with SFR over 10 Myr above " + cut + " Msun/yr",
      slot(sum::detectable));
  add("n_massive_cmpc3", "cMpc^-3", "Number density of galaxies with M_* above " + m_cut + " Msun", slot(sum::massive));
  add("n_bright_cmpc3", "cMpc^-3",
      fmt::format("Number density of galaxies of M_UV <= {:g}, {}", e.p.m_uv_faintest, behind_dust), slot(sum::bright));
  add_relations_by_level(e, columns);
  const std::vector<MagnitudeBin> bins = magnitude_bins(e.observations.terms);
  for (std::size_t b = 0; b < bins.size(); ++b) {
    const MagnitudeBin bin = bins[b];
    const std::size_t k = slots.magnitudes + b;
    add(column_of(bin), luminosity_function_unit,
        fmt::format("Galaxies per magnitude of M_UV = {:g} to {:g}, {}", bin.brightest(), bin.faintest(), behind_dust),
        [&e, k, bin](std::size_t i) { return e.levels[i].sums[k] / bin.width_mag; });
  }
  add("records_galaxies", "-", "Galaxy records that have formed stars",
      [&](std::size_t i) { return static_cast<double>(e.levels[i].counts[count::galaxies]); });
  add("records_detectable", "-", "Galaxy records with SFR over 10 Myr above " + cut + " Msun/yr",
      [&](std::size_t i) { return static_cast<double>(e.levels[i].counts[count::detectable]); });
  return columns;
}

namespace {

/// The column that a term asks for in `field`.
const Column& column_for(const std::vector<Column>& columns, const std::string& name, const char* field,
                         const Term& term) {
  std::vector<std::string> names;
  for (const Column& c : columns) {
    if (c.name == name) return c;
    names.push_back(c.name);
  }
  const auto near = closest(name, names);
  throw InputError({fmt::format("'{}' is no column of the history", name),
                    fmt::format("{}, column '{}'", term.where, field), "a column of /history (docs/output.md)",
                    near ? fmt::format("did you mean '{}'?", *near)
                         : std::string("take one of docs/output.md; what is drawn only has use = figure")});
}

}  // namespace

void check_terms(const Observations& observations, const Parameters& parameters) {
  const cosmology::Cosmology any;
  const std::vector<Column> columns = history_of({parameters, observations, any, 0, {}});  // names and units
  for (const Term& term : observations.terms) {
    if (term.use == Use::figure) continue;
    const bool has_bins = term.quantity == luminosity_function;
    if (!term.abundance.empty() && has_bins != (term.abundance == luminosity_function))
      throw InputError({"galaxies of a luminosity function are counted in its bins, others are not", term.where,
                        has_bins ? "the abundance 'uvlf', or nothing"
                                 : "a number density [cMpc^-3], such as n_detectable_cmpc3, or nothing",
                        "name one, or leave the field empty"});
    if (has_bins && term.points.empty()) continue;  // limits only
    const std::string quantity = has_bins ? column_of(*term.points.front().bin) : term.quantity;
    if (const Column& c = column_for(columns, quantity, "quantity", term); c.unit != term.unit)
      throw InputError({fmt::format("the unit '{}' is not that of '{}'", term.unit, c.name), term.unit_where,
                        fmt::format("'{}' in the column 'unit'", c.unit),
                        "convert the numbers, without h, and write this unit"});
    if (term.abundance.empty() || has_bins) continue;
    if (const Column& c = column_for(columns, term.abundance, "abundance", term); c.unit != "cMpc^-3")
      throw InputError({fmt::format("'{}' counts no galaxies: its unit is '{}'", c.name, c.unit), term.where,
                        "a number density [cMpc^-3], such as n_detectable_cmpc3, or nothing",
                        "name one, or leave the field empty"});
  }
}

}  // namespace cecropia::observe
