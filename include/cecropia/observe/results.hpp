#pragma once
/// \file  What the comparison with observations found. Equal on all ranks.
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cecropia/observe/moments.hpp"
#include "cecropia/observe/terms.hpp"

namespace cecropia::observe {

/// log10 likelihood of an observable, an aspect or all together. Without a qualifying point there is no value but a
/// reason.
struct Likelihood {
  std::optional<double> log10_l;
  std::string reason;            ///< why there is no value; empty otherwise
  std::int64_t points_used = 0;  ///< redshifts (SFRD, CSMD) or galaxy records (FMR, MZR, SHMR); aspects: sum of both
  /// log10 L of the same points if every residual were zero: reference levels follow from it (OBS-17).
  std::optional<double> log10_l_max;
  /// OBS-17: log10 L if every residual were k sigma.
  std::optional<double> log10_at_sigma(double k) const;
};

/// Likelihood of a row of the index of observations (OBS-19).
struct OwnLikelihood {
  std::string name;
  bool in_all = false;  ///< whether it is part of `all`, or only reported
  Likelihood likelihood;
};

/// The likelihoods of run.json.
struct Likelihoods {
  Likelihood all, csfh, sfrd, csmd, mzsfr, fmr, mzr, shmr;
  std::vector<OwnLikelihood> own;
  /// Name and likelihood in the order all, csfh, sfrd, csmd, mzsfr, fmr, mzr, shmr, then those of the index.
  std::vector<std::pair<std::string, const Likelihood*>> list() const;
};

/// A redshift at which a density is compared with an observation.
struct DensityPoint {
  double z = 0;
  double observed = 0, sigma = 0;           ///< log10 of the density, [dex]; of an OwnComparison as it says
  std::optional<double> simulated;          ///< likewise
  std::optional<double> expected_galaxies;  ///< above the cut, in the volume of the count; none: they are not counted
  bool used = false;
  std::string reason;  ///< why it is not used
  std::string reference;
  std::optional<MagnitudeBin> bin;  ///< of a luminosity function
};

/// A row of the index of observations compared with a column of the history (OBS-19).
struct OwnComparison {
  std::string name, file, quantity, unit, use;
  bool in_log10 = false;  ///< `observed`, `simulated` are log10 of the quantity, `sigma` is in dex; else in the unit
  std::vector<DensityPoint> points;
};

/// A relation between properties of detectable galaxies.
struct Relation {
  std::string name;  ///< "fmr_z4_8"
  std::string description;
  double z_min = 0, z_max = 0;
  std::int64_t galaxies = 0;                             ///< records that entered
  std::optional<LineFit> fit;                            ///< OBS-14, light-cone weighted
  std::optional<double> offset, scatter_about_observed;  ///< mean, rms of simulated minus observed [dex],
                                                         ///< if there is an observed relation over the whole range
};

/// Mean baryon conversion efficiency in a bin of halo mass.
struct EfficiencyBin {
  double log10_m_h_min = 0, log10_m_h_max = 0;
  double share = 0;                 ///< of the detectable galaxies, light-cone weighted, 0 to 1
  std::optional<double> log10_eta;  ///< mean of log10 [M_* / (f_b M_h)]
};

/// Number density of detectable galaxies at a redshift.
struct Abundance {
  double z = 0;
  std::optional<double> per_cmpc3, in_volume;
};

/// A column of the history: one value per level.
struct Column {
  std::string name, unit, description;
  std::vector<double> values;
};

/// A named number for run.json; none where it cannot be derived.
struct Scalar {
  std::string name, unit, description;
  std::optional<double> value;
};

struct Results {
  Likelihoods likelihood;
  std::vector<DensityPoint> sfrd_points, csmd_points;
  std::vector<OwnComparison> own;  ///< rows of the index with use = likelihood or report, in its order
  std::vector<Relation> relations;
  std::optional<PlaneFit> metallicity_plane;  ///< [O/H] of log10 M_* and 1+z, z = 4 to 10 (Liu et al. 2025, Eq. 17)
  std::vector<EfficiencyBin> efficiency;
  std::vector<Abundance> abundance;
  double count_volume_cmpc3 = 0;
  std::optional<double> tau_e;        ///< OBS-16
  std::string tau_e_reason;           ///< why there is no tau_e; empty otherwise
  bool tau_e_is_lower_limit = false;  ///< the run ends before reionisation does
  std::string tau_e_remark;           ///< how so, in a sentence; empty otherwise
  std::int64_t galaxies_without_oxygen =
      0;                        ///< detectable, but metal free or without young massive stars: not in FMR, MZR
  std::vector<Column> history;  ///< for /history of run.h5 and `history` of run.json

  /// The column of that name; InternalError if there is none.
  const Column& column(const std::string& name) const;
  const Relation& relation(const std::string& name) const;
};

/// All relations, efficiencies and abundances as named numbers.
std::vector<Scalar> scalars(const Results& results);

/// A table for people: observable, log10 L, points used, 1 and 2 sigma levels, or the reason why there is no value.
std::string to_text(const Results& results);

}  // namespace cecropia::observe
