#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cecropia/observe/history.hpp"
#include "cecropia/observe/likelihood.hpp"
#include "evaluate.hpp"

namespace cecropia::observe {

namespace {

/// Collects log10 likelihoods and, beside them, what they would be without residuals.
class Collector {
 public:
  void add(double log10_l, double log10_l_max, double weight, std::int64_t points) {
    actual_.add(log10_l, weight);
    best_.add(log10_l_max, weight);
    if (weight > 0) points_ += points;
  }
  Likelihood result(std::string reason_if_none) const {
    Likelihood l;
    if (actual_.empty()) {
      l.reason = std::move(reason_if_none);
      return l;
    }
    l.log10_l = actual_.value();
    l.log10_l_max = best_.value();
    l.points_used = points_;
    return l;
  }

 private:
  WeightedMean actual_, best_;
  std::int64_t points_ = 0;
};

/// OBS-9, with room for the rounding of V * sum(1/V).
bool enough(double expected, double needed) { return expected >= needed * (1.0 - 1e-9); }

std::string too_few(double expected, double needed) {
  return fmt::format("{:.3g} galaxies expected in the volume, {:g} needed", expected, needed);
}

/// Lets the point count unless it has a reason not to, or gets one here, and puts it into the list.
void judge(DensityPoint point, double needed, const char* if_not_simulated, Collector& collector,
           std::vector<DensityPoint>& list) {
  if (point.reason.empty() && point.expected_galaxies && !enough(*point.expected_galaxies, needed))
    point.reason = too_few(*point.expected_galaxies, needed);
  if (point.reason.empty() && !point.simulated) point.reason = if_not_simulated;
  if (point.reason.empty()) {
    point.used = true;
    collector.add(log10_gaussian(point.observed - *point.simulated, point.sigma), log10_gaussian(0, point.sigma), 1, 1);
  }
  list.push_back(std::move(point));
}

Likelihood sfrd_likelihood(const Evaluation& e, Results& results) {
  const auto& z = results.column("z").values;
  const auto& sfrd = results.column("sfrd_detectable_msun_yr_cmpc3").values;
  const auto& density = results.column("n_detectable_cmpc3").values;
  Collector collector;
  for (const SfrdPoint& obs : e.observations.sfrd) {
    DensityPoint point;
    point.z = obs.z;
    point.observed = obs.log10_sfrd;
    point.reference = obs.reference;
    const auto galaxies = interpolate(z, density, obs.z);
    const auto simulated = interpolate(z, sfrd, obs.z, e.p.sfrd_interpolation);
    point.expected_galaxies = galaxies.value_or(0) * e.count_volume_cmpc3;
    if (simulated && *simulated > 0) point.simulated = std::log10(*simulated);
    point.sigma = sigma_of(e.p.sfrd_sigma, obs.log10_sfrd, obs.err_lo_dex, obs.err_hi_dex,
                           point.simulated.value_or(obs.log10_sfrd));
    if (!galaxies) point.reason = "outside the redshifts of the levels";
    judge(std::move(point), e.p.min_galaxies, "no detectable star formation at one of the two levels around it",
          collector, results.sfrd_points);
  }
  return collector.result(
      fmt::format("no observed redshift with at least {:g} galaxies of SFR > {:.4g} Msun/yr in {:.4g} cMpc^3",
                  e.p.min_galaxies, e.p.sfr_min_msun_yr, e.count_volume_cmpc3));
}

Likelihood csmd_likelihood(const Evaluation& e, Results& results) {
  Collector collector;
  for (const LevelTotals& level : e.levels) {
    const double z = level.facts.redshift;
    if (z < e.p.csmd_z_min || z > e.p.csmd_z_max) continue;
    DensityPoint point;
    point.z = z;
    point.observed = e.observations.csmd.at(z);  // OBS-5
    point.sigma = e.p.csmd_sigma_dex;
    point.reference = "Donnan+2025";
    point.expected_galaxies = level.sums[sum::massive] * e.count_volume_cmpc3;
    const double density = level.sums[sum::m_star_massive];
    if (density > 0) point.simulated = std::log10(density);
    judge(std::move(point), e.p.min_galaxies, "no galaxy above the mass cut", collector, results.csmd_points);
  }
  return collector.result(
      fmt::format("no level at z = {:g} to {:g} with at least {:g} galaxies of M_* > {:.4g} Msun in {:.4g} cMpc^3",
                  e.p.csmd_z_min, e.p.csmd_z_max, e.p.min_galaxies, e.p.csmd_m_star_min_msun, e.count_volume_cmpc3));
}

/// OBS-19
Likelihood own_likelihood(const Evaluation& e, const Term& term, Results& results) {
  const auto& z = results.column("z").values;
  const auto& ages = results.column("age_myr").values;
  const Interpolation scale = term.in_log10 ? Interpolation::logarithm : Interpolation::linear;
  OwnComparison comparison{term.name,     term.file, term.quantity, term.unit, name_of(use_names, term.use),
                           term.in_log10, {}};
  Collector collector;
  for (const TermPoint& obs : term.points) {
    DensityPoint point;
    point.z = obs.z;
    point.observed = obs.value;
    point.reference = obs.reference;
    point.bin = obs.bin;
    const auto& history = results.column(obs.bin ? column_of(*obs.bin) : term.quantity).values;
    const Window window = obs.window_myr > 0 ? Window::trailing : Window::none;
    point.simulated = interpolate(z, smooth(ages, history, window, obs.window_myr), obs.z, scale);
    if (term.in_log10 && point.simulated) point.simulated = std::log10(*point.simulated);
    point.sigma = sigma_of(e.p.sfrd_sigma, obs.value, obs.err_lo, obs.err_hi, point.simulated.value_or(obs.value));
    if (obs.z > z.front() || obs.z < z.back()) point.reason = "outside the redshifts of the levels";
    if (!term.abundance.empty()) {
      const auto& counted = obs.bin ? history : results.column(term.abundance).values;
      point.expected_galaxies =
          interpolate(z, counted, obs.z).value_or(0) * e.count_volume_cmpc3 * (obs.bin ? obs.bin->width_mag : 1.0);
    }
    judge(std::move(point), e.p.min_galaxies, "it is zero, or does not exist, at one of the two levels around it",
          collector, comparison.points);
  }
  results.own.push_back(std::move(comparison));
  return collector.result(fmt::format("no redshift of {} can be compared{}", term.file,
                                      term.abundance.empty()
                                          ? std::string()
                                          : fmt::format(" with at least {:g} galaxies in {:.4g} cMpc^3 ({})",
                                                        e.p.min_galaxies, e.count_volume_cmpc3, term.abundance)));
}

/// Galaxies of a level that share one sigma: OBS-1 is linear in the squared residuals, so their weighted mean is
/// enough.
void add_level(Collector& collector, const LevelTotals& level, std::size_t slot, double sigma, std::int64_t records) {
  const double weight = level.sums[slot];
  if (!(weight > 0)) return;
  collector.add(log10_gaussian_of_mean_square(level.sums[slot + 2] / weight, sigma), log10_gaussian(0, sigma),
                weight * level.shell_cmpc3, records);
}

std::string no_galaxy(const Evaluation& e, double z_min, double z_max, const char* what) {
  return fmt::format("no galaxy of SFR > {:.4g} Msun/yr{} at z = {:g} to {:g}", e.p.sfr_min_msun_yr, what, z_min,
                     z_max);
}

/// OBS-18: mean of the logarithms; none if one is missing.
Likelihood mean_of(const std::vector<std::pair<std::string, const Likelihood*>>& parts) {
  Likelihood l;
  double total = 0, best = 0;
  for (const auto& [name, part] : parts) {
    l.points_used += part->points_used;
    if (!part->log10_l) {
      l.reason += fmt::format("{}{}: {}", l.reason.empty() ? "" : "; ", name, part->reason);
      continue;
    }
    total += *part->log10_l;
    best += *part->log10_l_max;
  }
  if (l.reason.empty()) {
    l.log10_l = total / static_cast<double>(parts.size());
    l.log10_l_max = best / static_cast<double>(parts.size());
  }
  return l;
}

}  // namespace

const MzrBin* mzr_bin_at(const std::vector<MzrBin>& bins, double z) {
  for (const auto& bin : bins)
    if (z >= bin.z_min && (z < bin.z_max || (&bin == &bins.back() && z == bin.z_max))) return &bin;
  return nullptr;
}

void add_likelihoods(const Evaluation& e, Results& results) {
  Collector fmr, mzr, shmr;
  for (const LevelTotals& level : e.levels) {
    const double z = level.facts.redshift;
    const MzrBin* bin = mzr_bin_at(e.observations.mzr, z);
    const bool in_fmr = z >= e.p.fmr_z_min && z <= e.p.fmr_z_max;
    if (in_fmr) add_level(fmr, level, sum::fmr, e.p.fmr_sigma_dex, level.counts[count::with_oxygen]);
    // Bins weighted by the sum of their galaxies' weights = one mean over all galaxies, each with its bin's sigma.
    if (bin != nullptr) add_level(mzr, level, sum::mzr, bin->sigma_dex, level.counts[count::with_oxygen]);
    if (in_fmr || bin != nullptr)
      results.galaxies_without_oxygen += level.counts[count::detectable] - level.counts[count::with_oxygen];
    if (z >= e.p.shmr_z_min && z <= e.p.shmr_z_max)
      add_level(shmr, level, sum::shmr, e.p.shmr_sigma_dex, level.counts[count::shmr]);
  }
  auto& l = results.likelihood;
  l.sfrd = sfrd_likelihood(e, results);
  l.csmd = csmd_likelihood(e, results);
  l.fmr = fmr.result(no_galaxy(e, e.p.fmr_z_min, e.p.fmr_z_max, " with oxygen in its young stars"));
  const auto& bins = e.observations.mzr;
  l.mzr = mzr.result(no_galaxy(e, bins.front().z_min, bins.back().z_max, " with oxygen in its young stars"));
  l.shmr = shmr.result(no_galaxy(e, e.p.shmr_z_min, e.p.shmr_z_max, ""));
  l.csfh = mean_of({{"sfrd", &l.sfrd}, {"csmd", &l.csmd}});
  l.mzsfr = mean_of({{"fmr", &l.fmr}, {"mzr", &l.mzr}});
  for (const Term& term : e.observations.terms)
    if (term.use != Use::figure)
      l.own.push_back({term.name, term.use == Use::likelihood, own_likelihood(e, term, results)});
  std::vector<std::pair<std::string, const Likelihood*>> aspects{
      {"csfh", &l.csfh}, {"mzsfr", &l.mzsfr}, {"shmr", &l.shmr}};
  for (const OwnLikelihood& o : l.own)
    if (o.in_all) aspects.emplace_back(o.name, &o.likelihood);
  l.all = mean_of(aspects);

  const auto& q_hii = results.column("q_hii").values;
  if (std::none_of(q_hii.begin(), q_hii.end(), [](double q) { return q > 0; })) {
    results.tau_e_reason = "nothing is ionised: by no region of a galaxy, and by no table in surroundings";
    return;
  }
  const std::vector<double>& z = results.column("z").values;
  results.tau_e = optical_depth(z, q_hii, e.cosmology);
  constexpr double reionised = 0.99;
  results.tau_e_is_lower_limit = q_hii.back() < reionised;
  if (results.tau_e_is_lower_limit)
    results.tau_e_remark = fmt::format(
        "tau_e is a lower limit: Q_HII is {:.3g} at the last level (z = {:.3g}) and held there, though reionisation is "
        "not over",
        q_hii.back(), z.back());
}

}  // namespace cecropia::observe
