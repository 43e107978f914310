#include "cecropia/observe/observer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "cecropia/core/error.hpp"
#include "cecropia/observe/history.hpp"
#include "cecropia/parallel/agree.hpp"
#include "cecropia/parallel/broadcast_values.hpp"
#include "evaluate.hpp"

namespace cecropia::observe {

namespace {

using parallel::ExactSum;

void require_range(const char* key, double low, double high) {
  if (low < high) return;
  throw InputError({fmt::format("the redshift range of observe.{}_z_min and observe.{}_z_max is empty", key, key),
                    fmt::format("{:g} to {:g}", low, high), "z_min below z_max", "exchange or correct the two"});
}

/// Two columns of the history cannot have one name.
void require_different(const char* key, std::vector<double> values) {
  std::sort(values.begin(), values.end());
  if (const auto twice = std::adjacent_find(values.begin(), values.end()); twice != values.end())
    throw InputError({fmt::format("{:g} stands twice in observe.{}", *twice, key), fmt::format("observe.{}", key),
                      "numbers that differ: each makes a column of the history", "leave one of the two out"});
}

void add_moments(std::vector<ExactSum>& sums, std::size_t first, double w, double x, double y) {
  sums[first].add(w);
  sums[first + 1].add(w * x);
  sums[first + 2].add(w * y);
  sums[first + 3].add(w * (x * x));
  sums[first + 4].add(w * (x * y));
  sums[first + 5].add(w * (y * y));
}

void add_residual(std::vector<ExactSum>& sums, std::size_t first, double w, double residual) {
  sums[first].add(w);
  sums[first + 1].add(w * residual);
  sums[first + 2].add(w * (residual * residual));
}

}  // namespace

void check(const Parameters& p) {
  require_range("csmd", p.csmd_z_min, p.csmd_z_max);
  require_range("fmr", p.fmr_z_min, p.fmr_z_max);
  require_range("shmr", p.shmr_z_min, p.shmr_z_max);
  require_different("sfrd_cuts_log10", p.sfrd_cuts_log10);
  require_different("csmd_cuts_log10", p.csmd_cuts_log10);
  require_different("stack_masses_log10", p.stack_masses_log10);
}

Observer::Observer(const Parameters& parameters, Observations observations, const cosmology::Cosmology& cosmology,
                   const tree::ForestInfo& info)
    : p_(parameters),
      observations_(std::move(observations)),
      cosmology_(cosmology),
      count_volume_cmpc3_(parameters.count_volume_cmpc3 > 0 ? parameters.count_volume_cmpc3 : info.volume_cmpc3) {
  check(p_);
  check_terms(observations_, p_);
  if (!(count_volume_cmpc3_ > 0))
    throw InputError({"the tree set names no comoving volume in which galaxies could be counted", info.source,
                      "a volume in the trees' header, or observe.count_volume_cmpc3 above 0",
                      "set observe.count_volume_cmpc3 to the volume the trees stand for"});
  for (const double cut : p_.sfrd_cuts_log10) sfr_cuts_.push_back(std::pow(10.0, cut));
  for (const double cut : p_.csmd_cuts_log10) m_star_cuts_.push_back(std::pow(10.0, cut));
  bins_ = magnitude_bins(observations_.terms);
  slots_ = slots_of(p_, bins_.size());
}

void Observer::observe_level(const model::LevelView& view) {
  Level& level = levels_.emplace_back();
  level.facts = view.level;
  level.space = view.sums;
  auto& sums = level.sums;
  sums.resize(slots_.n);
  level.counts.assign(count::n, 0);
  const auto add = [&sums](std::size_t slot, double term) {
    if (term != 0) sums[slot].add(term);  // most galaxies of most levels are quiet
  };

  for (const model::Galaxy& g : view.galaxies) {
    const double w = g.weight_per_cmpc3;
    if (g.m_star_msun > 0) {
      ++level.counts[count::galaxies];
      add(sum::galaxies, w);
      add(sum::m_star, w * g.m_star_msun);
      add(sum::m_star_iii, w * g.m_star_iii_msun);
      if (g.m_star_msun > p_.csmd_m_star_min_msun) {
        add(sum::massive, w);
        add(sum::m_star_massive, w * g.m_star_msun);
      }
      for (std::size_t i = 0; i < m_star_cuts_.size(); ++i)
        if (g.m_star_msun > m_star_cuts_[i]) add(slots_.m_star_cuts + i, w * g.m_star_msun);
    }
    const auto count_sizes = [&](double radius_ckpc, const auto& cuts, std::size_t first) {
      if (!(radius_ckpc > 0)) return;
      const double size = std::log10(radius_ckpc);
      for (std::size_t i = 0; i < cuts.size() && size > cuts[i]; ++i) sums[first + i].add(w);
    };
    count_sizes(g.bubble_radius_ckpc, bubble_cuts_log10, bubble_sums);
    count_sizes(1e3 * g.region_radius_cmpc, region_cuts_log10, region_sums);
    add(sum::sfr_100, w * g.sfr_100_msun_yr);
    add(sum::sfr_step, w * g.sfr_step_msun_yr);
    add(sum::sfr_iii_step, w * g.sfr_iii_step_msun_yr);
    add(sum::ccsn, w * g.ccsn_events);
    add(sum::ppisn, w * g.ppisn_events);
    add(sum::pisn, w * g.pisn_events);
    add(sum::pisn_ii, w * (g.pisn_events - g.pisn_iii_events));
    add(sum::pisn_iii, w * g.pisn_iii_events);
    add(sum::fsn, w * g.fsn_events);
    add(sum::dbh, w * g.dbh_events);
    add(sum::ia, w * g.ia_events);
    add(sum::q_ion, w * g.q_ion_per_s);
    add(sum::q_ion_ii, w * g.q_ion_ii_per_s);
    add(sum::q_ion_iii, w * g.q_ion_iii_per_s);
    add(sum::q_lw_ii, w * g.q_lw_ii_per_s);
    add(sum::q_lw_iii, w * g.q_lw_iii_per_s);
    add(sum::l_uv, w * g.l_uv_erg_s_hz);
    add(sum::l_uv_iii, w * g.l_uv_iii_erg_s_hz);
    if (!(g.sfr_10_msun_yr > 0)) continue;
    const double sfr = g.sfr_10_msun_yr;
    add(sum::sfr_10, w * sfr);
    if (g.oh_young < p_.metal_poor_oh) add(sum::sfr_metal_poor, w * sfr);
    for (std::size_t i = 0; i < sfr_cuts_.size(); ++i)
      if (sfr > sfr_cuts_[i]) add(slots_.sfr_cuts + i, w * sfr);
    if (sfr > p_.sfr_min_msun_yr) add_detectable(g, level);
  }
  add_light(view, level);
}

/// OBS-20, OBS-21
void Observer::add_light(const model::LevelView& view, Level& level) const {
  const std::size_t first = slots_.magnitudes;
  for (std::size_t i = 0; i < view.galaxies.size(); ++i) {
    const model::Galaxy& g = view.galaxies[i];
    const double m_uv_ab = view.resolved.empty() ? g.m_uv_ab : view.resolved[i].m_uv_seen_ab;
    if (m_uv_ab <= p_.m_uv_faintest) {  // NaN is not
      level.sums[sum::bright].add(g.weight_per_cmpc3);
      level.sums[sum::sfr_bright].add(g.weight_per_cmpc3 * g.sfr_10_msun_yr);
    }
    for (std::size_t b = 0; b < bins_.size(); ++b)
      if (m_uv_ab >= bins_[b].brightest() && m_uv_ab < bins_[b].faintest())
        level.sums[first + b].add(g.weight_per_cmpc3);
  }
}

/// OBS-21: means of [O/H] in bins of stellar mass.
void Observer::add_stack(double log_m_star, double oh, double w, Level& level) const {
  for (std::size_t i = 0; i < p_.stack_masses_log10.size(); ++i) {
    const double off = log_m_star - p_.stack_masses_log10[i];
    if (!(off >= -0.5 * p_.stack_width_dex && off < 0.5 * p_.stack_width_dex)) continue;
    level.sums[slots_.stacks + 2 * i].add(w);
    level.sums[slots_.stacks + 2 * i + 1].add(w * oh);
  }
}

void Observer::add_detectable(const model::Galaxy& g, Level& level) {
  auto& sums = level.sums;
  const double w = g.weight_per_cmpc3, z = level.facts.redshift;
  const double log_m_star = std::log10(g.m_star_msun), log_sfr = std::log10(g.sfr_10_msun_yr);
  const double m_h = p_.shmr_mass == HaloMass::peak ? g.m_peak_msun : g.m_vir_msun, log_m_h = std::log10(m_h);
  ++level.counts[count::detectable];
  sums[sum::detectable].add(w);
  sums[sum::sfr_detectable].add(w * g.sfr_10_msun_yr);

  // The stellar-halo mass relation and the main sequence.
  ++level.counts[count::shmr];
  add_residual(sums, sum::shmr, w, log_m_star - std::log10(shmr_m_star_msun(m_h, z)));
  add_moments(sums, sum::shmr_moments, w, log_m_h - m_h_pivot, log_m_star - m_star_pivot);
  add_moments(sums, sum::sfms_moments, w, log_m_star - m_star_pivot, log_sfr - sfr_pivot);
  const double bin = std::floor((log_m_h - efficiency_bin_min) / efficiency_bin_width);
  if (bin >= 0 && bin < static_cast<double>(n_efficiency_bins)) {
    const std::size_t slot = sum::efficiency + 2 * static_cast<std::size_t>(bin);
    sums[slot].add(w);
    sums[slot + 1].add(w * (log_m_star - log_m_h - std::log10(cosmology_.baryon_fraction())));
  }

  // OBS-21
  const bool has_size = g.r_galaxy_kpc > 0;
  const double log_r_pc = has_size ? std::log10(g.r_galaxy_kpc) + 3 : 0.0;
  if (has_size) {
    ++level.counts[count::with_size];
    sums[sum::size_squares].add(w * w);
    add_moments(sums, sum::size_moments, w, log_m_star - m_star_pivot, log_r_pc - size_pivot);
  }

  // Metallicities. A metal-free burst has [O/H] = -infinity and no place in a relation of log10; it is counted.
  if (!std::isfinite(g.oh_young)) return;
  ++level.counts[count::with_oxygen];
  const double oh = g.oh_young, mu = mu_of(g.m_star_msun, g.sfr_10_msun_yr, p_.fmr_alpha);
  const double offset = oh - fmr_oh(mu, {p_.fmr_slope, p_.fmr_intercept});
  add_residual(sums, sum::fmr, w, offset);
  add_moments(sums, sum::fmr_moments, w, mu - mu_pivot, oh - oh_pivot);
  add_moments(sums, sum::mzr_moments, w, log_m_star - m_star_pivot, oh - oh_pivot);
  sums[sum::oxygen_squares].add(w * w);
  add_stack(log_m_star, oh, w, level);
  if (has_size) {
    ++level.counts[count::with_compactness];
    sums[sum::compactness_squares].add(w * w);
    add_moments(sums, sum::compactness_moments, w, compactness_of(log_m_star, log_r_pc) - compactness_pivot,
                offset - offset_pivot);
  }
  if (const MzrBin* relation = mzr_bin_at(observations_.mzr, z))
    add_residual(sums, sum::mzr, w, oh - mzr_oh(log_m_star, relation->relation, p_.mzr_shift_dex));
}

/// Those of all levels over all ranks, one behind the other: one message for the sums, one for the counts.
void Observer::reduce(std::vector<ExactSum>& sums, std::vector<std::int64_t>& counts,
                      const parallel::Communicator& ranks) const {
  for (const auto& level : levels_) {
    sums.insert(sums.end(), level.sums.begin(), level.sums.end());
    counts.insert(counts.end(), level.counts.begin(), level.counts.end());
  }
  ExactSum::reduce(sums, ranks);
  ranks.sum_in_place(counts);
}

void Observer::save(ByteWriter& archive, const parallel::Communicator& ranks) const {
  std::vector<ExactSum> sums;
  std::vector<std::int64_t> counts;
  reduce(sums, counts, ranks);
  std::vector<Level> levels;
  auto sum = sums.begin();
  auto n = counts.begin();
  for (const Level& level : levels_) {
    const auto last_sum = sum + static_cast<std::ptrdiff_t>(level.sums.size());
    const auto last_n = n + static_cast<std::ptrdiff_t>(level.counts.size());
    levels.push_back({level.facts, level.space, {sum, last_sum}, {n, last_n}});
    sum = last_sum;
    n = last_n;
  }
  archive(levels);
}

void Observer::restore(ByteReader& archive, const parallel::Communicator& ranks) {
  parallel::on_root(ranks, [&] { archive(levels_); });
  parallel::broadcast_values(ranks, levels_);
  if (ranks.is_root()) return;
  for (Level& level : levels_) {
    level.sums.assign(level.sums.size(), ExactSum{});
    level.counts.assign(level.counts.size(), 0);
  }
}

Results Observer::finish(const parallel::Communicator& ranks) {
  std::vector<ExactSum> sums;
  std::vector<std::int64_t> counts;
  reduce(sums, counts, ranks);

  Evaluation e{p_, observations_, cosmology_, count_volume_cmpc3_, {}};
  std::vector<double> redshift;
  const std::size_t n = slots_.n;
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    LevelTotals totals{levels_[i].facts, levels_[i].space, {}, {}, 0};
    for (std::size_t k = 0; k < n; ++k) totals.sums.push_back(sums[i * n + k].value());
    for (std::size_t k = 0; k < count::n; ++k) totals.counts.push_back(counts[i * count::n + k]);
    redshift.push_back(levels_[i].facts.redshift);
    e.levels.push_back(std::move(totals));
  }
  const auto shells = shell_volumes_cmpc3(redshift, cosmology_);
  for (std::size_t i = 0; i < shells.size(); ++i) e.levels[i].shell_cmpc3 = shells[i];

  Results results;
  results.count_volume_cmpc3 = count_volume_cmpc3_;
  results.history = history_of(e);
  add_likelihoods(e, results);
  add_relations(e, results);
  return results;
}

}  // namespace cecropia::observe
