#pragma once
/// \file  Remnants and ejecta of stars on a grid of metallicity and mass, one row per star, as Nomoto et al. (2013)
/// print them (params/yields/README.md). Read for the disc model (docs/theory/disc.md, DSC-10).
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace cecropia::stars {

/// One star of a published table. Metals and listed ejecta of a star that explodes (energy > 0) are everything it
/// ejects, those of the others are net: what it made minus what it consumed.
struct YieldRow {
  double z = 0.0;                ///< initial metallicity (mass fraction)
  double m_msun = 0.0;           ///< initial mass
  double energy_1e51_erg = 0.0;  ///< of the explosion; 0: none
  double m_remnant_msun = 0.0;
  double metals_msun = 0.0;  ///< all elements heavier than helium
  double listed_msun = 0.0;  ///< metals, hydrogen and helium

  bool explodes() const { return energy_1e51_erg > 0.0; }
};

/// Parses comma-separated rows; lines that begin with # are comments, the header needs Z, M, E_1e51erg, Mrem,
/// metals_total, H and He and may have others. InputError with row and column for a missing column, a field that is
/// no number, a metallicity that is no mass fraction, a mass that is none of a star, an energy below zero, a remnant or
/// yields heavier than their star, or no rows.
std::vector<YieldRow> parse_yield_rows(const std::string& file_name, std::string_view text);

/// parse_yield_rows of a file; InputError if it cannot be read.
std::vector<YieldRow> read_yield_rows(const std::filesystem::path& file);

}  // namespace cecropia::stars
