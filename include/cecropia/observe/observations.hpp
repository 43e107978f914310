#pragma once
/// \file  The observational tables, read strictly: a missing file or column, a bad or missing number, a repeated
/// coefficient is an InputError with file and line.
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "cecropia/observe/parameters.hpp"
#include "cecropia/observe/relations.hpp"
#include "cecropia/observe/terms.hpp"
#include "cecropia/parallel/communicator.hpp"

namespace cecropia::observe {

/// One measurement of the cosmic star-formation rate density of galaxies brighter than M_UV = -17.
struct SfrdPoint {
  double z = 0, log10_sfrd = 0;           ///< [Msun yr^-1 cMpc^-3]
  double err_lo_dex = 0, err_hi_dex = 0;  ///< positive distances
  std::string reference;
};

/// Mass-metallicity relation of a redshift bin.
struct MzrBin {
  double z_min = 0, z_max = 0;
  Line relation;
  double sigma_dex = 0;
};

struct Observations {
  std::vector<SfrdPoint> sfrd;  ///< Liu et al. (2025), Table 2
  Line sfrd_fit;                ///< OBS-4: log10 SFRD of z, Liu et al. (2025), Eq. 13
  Parabola csmd;                ///< OBS-5: log10 CSMD of z, Liu et al. (2025), Eq. 14
  std::vector<MzrBin> mzr;      ///< OBS-12, Liu et al. (2025), Eq. 16; ascending, not overlapping
  std::vector<Term> terms;      ///< OBS-19: rows of the index; none if there is no index

  /// XXH3, 64 bits, of every number and reference above: not of comments, spaces or other columns of the files, nor of
  /// what is for figures only.
  std::uint64_t content_hash() const;
};

/// Names of the files inside the folder.
inline constexpr const char* sfrd_file = "liu2025_table2_sfrd.csv";
inline constexpr const char* sfrd_fit_file = "liu2025_eq13_sfrd_fit.csv";
inline constexpr const char* csmd_file = "liu2025_eq14_csmd.csv";
inline constexpr const char* mzr_file = "liu2025_eq16_mzr.csv";

/// Reads the folder; empty: params/observations found by core's find_data(). A folder without an index is whole.
Observations read_observations(const std::filesystem::path& folder = {});

/// The same on every rank; collective. Only the root touches the files; an InputError is thrown on all ranks.
Observations read_observations(const std::filesystem::path& folder, const parallel::Communicator& ranks);

/// InputError with file and line unless a history made with these parameters has what the terms ask for: the quantity,
/// in the unit of the file, and the abundance, a number density.
void check_terms(const Observations& observations, const Parameters& parameters);

}  // namespace cecropia::observe
