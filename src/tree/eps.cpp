#include "cecropia/tree/eps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/partition.hpp"

namespace cecropia::tree {

using P = EpsParameters;

const std::vector<Parameter<EpsParameters>> eps_rows{
    number<&P::log10_m_root_min>("log10_m_root_min", "log10 Msun", "Lowest root mass at z_min.", "EPS-6; CHOICE", 5.0,
                                 15.0),
    number<&P::log10_m_root_max>("log10_m_root_max", "log10 Msun", "Highest root mass at z_min.", "EPS-6; CHOICE", 5.0,
                                 15.5),
    number<&P::bins_per_dex>("bins_per_dex", "dex^-1", "Bins of root mass per factor of ten.", "EPS-6; CHOICE", 0.1,
                             1000.0),
    integer<&P::trees_per_bin>("trees_per_bin", "-", "Trees in every bin of root mass up to log10_m_fewer.",
                               "EPS-6; CHOICE", 1, 1e6),
    number<&P::log10_m_fewer>(
        "log10_m_fewer", "log10 Msun",
        "Above this root mass bins hold fewer trees, in inverse proportion to mass, at least one.", "EPS-6; CHOICE",
        5.0, 15.5),
    number<&P::resolution_relative>(
        "resolution_relative", "-",
        "Mass resolution of a tree over the mass of its root; the coarser of the two counts.", "EPS-5; CHOICE", 0.0,
        0.4),
    number<&P::resolution_msun>("resolution_msun", "Msun", "Finest mass resolution of any tree.", "EPS-5; CHOICE", 1e4,
                                1e14),
    number<&P::z_max>("z_max", "-", "Redshift of the first level.", "EPS-4; CHOICE", 1.0, 100.0),
    number<&P::z_min>("z_min", "-", "Redshift of the roots.", "EPS-4; Liu et al. (2025), section 3", 0.0, 50.0),
    number<&P::max_step_myr>("max_step_myr", "Myr", "Longest time between two levels.", "EPS-4; CHOICE", 0.1, 1e4),
    number<&P::max_step_fraction>("max_step_fraction", "-",
                                  "Longest time between two levels over the age of the universe.", "EPS-4; CHOICE",
                                  1e-4, 1.0),
    choice<&P::calibration, eps_fit_names>("calibration", "Fit to N-body trees that corrects the rates.",
                                           "EPS-1; Parkinson et al. (2008), Benson (2017)"),
    number<&P::g0>("g0", "-", "G0 where calibration is custom.", "EPS-1", 0.01, 10.0),
    number<&P::g1>("g1", "-", "gamma_1 where calibration is custom.", "EPS-1", -1.0, 0.95),
    number<&P::g2>("g2", "-", "gamma_2 where calibration is custom.", "EPS-1", -1.0, 1.0),
    number<&P::eps1>("eps1", "-", "Longest step in delta over its natural scale.", "EPS-3; Parkinson et al. (2008)",
                     1e-3, 1.0),
    number<&P::eps2>("eps2", "-", "Highest expected number of splits per step.", "EPS-3; Parkinson et al. (2008)", 1e-3,
                     0.5),
    choice<&P::root_abundance, root_abundance_names>(
        "root_abundance", "Mass function that gives the weights of the roots.", "EPS-6; Sheth & Tormen (1999)"),
    number<&P::box_mpc_h>("box_mpc_h", "Mpc/h",
                          "Side of a periodic box whose missing modes are left out; 0: none missing.", "PWR-2; CHOICE",
                          0.0, 1e5),
    number<&P::mass_noise>(
        "mass_noise", "-",
        "Scatter in ln of the recorded masses; 0: none. An effective number: it stands for all scatter that trees of "
        "simulations have and grown ones lack, which is more than the noise of halo masses alone.",
        "EPS-8; CHOICE (0.07 recommended with full power)", 0.0, 1.0),
    number<&P::mass_noise_correlation>("mass_noise_correlation", "-",
                                       "Correlation of that scatter from level to level.", "EPS-8; CHOICE", 0.0, 0.999),
    number<&P::satellite_delay>(
        "satellite_delay", "-",
        "Factor of the dynamical-friction time for which a merging halo survives; 0: merges at once.", "EPS-9; CHOICE",
        0.0, 100.0),
    number<&P::satellite_scatter_dex>("satellite_scatter_dex", "dex", "Scatter of that time from orbit to orbit.",
                                      "EPS-9; CHOICE", 0.0, 1.0),
    number<&P::volume_cmpc3>("volume_cmpc3", "cMpc^3", "Volume in which galaxies are counted.",
                             "Liu et al. (2025): (8 Mpc/h)^3; CHOICE", 1e-3, 1e12)};

namespace {

std::int64_t n_bins(const EpsParameters& p) {
  return std::max<std::int64_t>(1, std::llround((p.log10_m_root_max - p.log10_m_root_min) * p.bins_per_dex));
}

double bin_width_dex(const EpsParameters& p) {
  return (p.log10_m_root_max - p.log10_m_root_min) / static_cast<double>(n_bins(p));
}

double middle_dex(const EpsParameters& p, std::int64_t bin) {
  return p.log10_m_root_min + bin_width_dex(p) * (static_cast<double>(bin) + 0.5);
}

double resolution_of(const EpsParameters& p, double m_root_msun) {
  return std::max(p.resolution_msun, p.resolution_relative * m_root_msun);
}

/// EPS-7: the sum of `worth`(mass) over the expected halos above the resolution at `delta` whose descendant at
/// `delta_root` has mass m_root.
double expected_progenitors(const cosmology::Variance& v, const EpsCalibration& g, double m_root, double m_res,
                            double delta_root, double delta, double (*worth)(double m_msun)) {
  double sigma_0 = 0.0, alpha = 0.0;
  v.sigma_and_alpha(std::log(m_root), sigma_0, alpha);
  const double rise = delta - delta_root, ln_range = std::log(m_root / m_res);
  constexpr int n = 40;
  double sum = 0.0;
  for (int i = 0; i < n; ++i) {
    const double ln_q = -ln_range * (i + 0.5) / n;
    double sigma = 0.0;
    v.sigma_and_alpha(std::log(m_root) + ln_q, sigma, alpha);
    const double gap = sigma * sigma - sigma_0 * sigma_0;
    sum += worth(m_root * std::exp(ln_q)) * std::exp(-ln_q) * alpha * sigma * sigma * rise / (gap * std::sqrt(gap)) *
           std::exp(-0.5 * rise * rise / gap) * std::pow(sigma / sigma_0, g.g1);
  }
  return 0.79788456080286536 * g.g0 * std::pow(delta_root / sigma_0, g.g2) * sum * ln_range / n;
}

}  // namespace

void check(const EpsParameters& p) {
  const auto complain = [](std::string what, std::string expected, std::string fix) {
    throw InputError({std::move(what), "parameters 'eps.*'", std::move(expected), std::move(fix)});
  };
  if (!(p.log10_m_root_max > p.log10_m_root_min))
    complain(fmt::format("the range of root masses is empty: log10_m_root_min = {}, log10_m_root_max = {}",
                         p.log10_m_root_min, p.log10_m_root_max),
             "log10_m_root_min < log10_m_root_max", "set 9.4 and 12.5");
  if (!(p.z_max > p.z_min))
    complain(fmt::format("the range of redshifts is empty: z_max = {}, z_min = {}", p.z_max, p.z_min), "z_min < z_max",
             "set z_max = 30 and z_min = 4.5");
  const double lightest = std::pow(10.0, p.log10_m_root_min);
  if (!(resolution_of(p, lightest) < 0.5 * lightest))
    complain(fmt::format("the lightest root, {:.3g} Msun, is not resolved: its resolution is {:.3g} Msun", lightest,
                         resolution_of(p, lightest)),
             "a resolution below half the mass of every root", "lower resolution_msun or raise log10_m_root_min");
  if (eps_n_trees(p) > (std::int64_t{1} << eps_tree_bits))
    complain(fmt::format("{} trees are more than halo ids can name", eps_n_trees(p)),
             fmt::format("at most 2^{} trees", eps_tree_bits), "lower trees_per_bin or bins_per_dex");
}

EpsCalibration calibration_of(const EpsParameters& p) {
  switch (p.calibration) {
    case EpsFit::parkinson2008:
      return {0.57, 0.38, -0.01};
    case EpsFit::benson2017:
      return {0.6353, 0.1761, 0.0411};
    case EpsFit::custom:
      return {p.g0, p.g1, p.g2};
  }
  throw InternalError("unknown calibration of the EPS rates");
}

std::vector<double> eps_levels(const EpsParameters& p, const cosmology::Cosmology& cosmology) {
  // s(t) counts longest steps since z_max: dt/ds = fraction t up to t_change, then max_step. Levels are equidistant in
  // s.
  const double t_first = cosmology.age_myr(p.z_max), t_last = cosmology.age_myr(p.z_min);
  const double t_change = std::clamp(p.max_step_myr / p.max_step_fraction, t_first, t_last);
  const double s_change = std::log(t_change / t_first) / p.max_step_fraction;
  const double s_last = s_change + (t_last - t_change) / p.max_step_myr;
  const auto n_steps = static_cast<std::size_t>(std::max(1.0, std::ceil(s_last - 1e-9)));
  std::vector<double> z(n_steps + 1);
  for (std::size_t i = 0; i <= n_steps; ++i) {
    const double s = s_last * static_cast<double>(i) / static_cast<double>(n_steps);
    z[i] = cosmology.redshift_at(s < s_change ? t_first * std::exp(p.max_step_fraction * s)
                                              : t_change + (s - s_change) * p.max_step_myr);
  }
  z.front() = p.z_max;
  z.back() = p.z_min;
  return z;
}

std::vector<std::int64_t> eps_bins(const EpsParameters& p) {
  std::vector<std::int64_t> first{0};
  for (std::int64_t bin = 0; bin < n_bins(p); ++bin) {
    const double above = std::max(0.0, middle_dex(p, bin) - p.log10_m_fewer);
    first.push_back(first.back() + std::max<std::int64_t>(1, std::llround(p.trees_per_bin * std::pow(10.0, -above))));
  }
  return first;
}

std::int64_t eps_n_trees(const EpsParameters& p) { return eps_bins(p).back(); }

std::vector<std::int64_t> eps_order(const EpsParameters& p) {
  // EPS-10: steps of the golden section, which leave the most even gaps wherever one stops.
  const std::int64_t n = eps_n_trees(p);
  std::int64_t step = std::max<std::int64_t>(1, std::llround(0.6180339887498949 * static_cast<double>(n)));
  while (std::gcd(step, n) != 1) ++step;
  std::vector<std::int64_t> order(static_cast<std::size_t>(n));
  for (std::int64_t f = 0, tree = 0; f < n; ++f, tree = (tree + step) % n) order[static_cast<std::size_t>(f)] = tree;
  return order;
}

std::vector<double> by_forest(const EpsParameters& p, const std::vector<double>& of_tree) {
  std::vector<double> values;
  values.reserve(of_tree.size());
  for (const std::int64_t tree : eps_order(p)) values.push_back(of_tree[static_cast<std::size_t>(tree)]);
  return values;
}

std::vector<EpsRoot> eps_roots(const EpsParameters& p, const cosmology::Variance& variance, random::Seed seed,
                               std::int64_t first_tree, std::int64_t last_tree) {
  std::vector<EpsRoot> roots;
  roots.reserve(static_cast<std::size_t>(std::max<std::int64_t>(0, last_tree - first_tree)));
  const double width = bin_width_dex(p);
  const std::vector<std::int64_t> first_of_bin = eps_bins(p);
  for (std::int64_t tree = first_tree; tree < last_tree; ++tree) {
    const auto next = std::upper_bound(first_of_bin.begin(), first_of_bin.end(), tree);
    const auto bin = static_cast<double>(next - first_of_bin.begin() - 1),
               n_trees = static_cast<double>(*next - next[-1]);
    random::Stream stream(seed, static_cast<std::uint64_t>(tree), 0, 1, random::Purpose::eps_tree);
    const double within = (static_cast<double>(tree - next[-1]) + stream.open_uniform()) / n_trees;
    const double m = std::pow(10.0, p.log10_m_root_min + width * (bin + within));
    const double n = p.root_abundance == RootAbundance::sheth_tormen ? cosmology::sheth_tormen(variance, m, p.z_min)
                                                                     : cosmology::press_schechter(variance, m, p.z_min);
    roots.push_back({m, resolution_of(p, m), n * width / n_trees});
  }
  return roots;
}

namespace {

/// EPS-7 for every tree.
std::vector<double> summed_over_trees(const EpsParameters& p, const cosmology::Variance& variance,
                                      double (*worth)(double m_msun)) {
  const cosmology::Cosmology& cosmology = variance.cosmology();
  const EpsCalibration g = calibration_of(p);
  std::vector<double> delta;
  for (double z : eps_levels(p, cosmology)) delta.push_back(cosmology::delta_collapse / cosmology.growth(z));
  std::vector<double> sums;
  const std::vector<std::int64_t> first_of_bin = eps_bins(p);
  sums.reserve(static_cast<std::size_t>(first_of_bin.back()));
  for (std::int64_t bin = 0; bin < n_bins(p); ++bin) {
    const double m = std::pow(10.0, middle_dex(p, bin));
    double sum = worth(m);
    for (std::size_t level = 0; level + 1 < delta.size(); ++level)
      sum += expected_progenitors(variance, g, m, resolution_of(p, m), delta.back(), delta[level], worth);
    const auto b = static_cast<std::size_t>(bin);
    sums.insert(sums.end(), static_cast<std::size_t>(first_of_bin[b + 1] - first_of_bin[b]), sum);
  }
  return sums;
}

}  // namespace

std::vector<double> eps_halos(const EpsParameters& p, const cosmology::Cosmology& cosmology) {
  check(p);
  return eps_halos(p, cosmology::Variance(cosmology, p.box_mpc_h));
}

std::vector<double> eps_halos(const EpsParameters& p, const cosmology::Variance& variance) {
  return summed_over_trees(p, variance, [](double) { return 1.0; });
}

std::vector<double> eps_cost(const EpsParameters& p, const cosmology::Cosmology& cosmology) {
  check(p);
  return summed_over_trees(p, cosmology::Variance(cosmology, p.box_mpc_h), predicted_cost);
}

ForestInfo eps_info(const EpsParameters& p) {
  ForestInfo info;
  info.source = "eps";
  info.format = "eps";
  info.n_forests = eps_n_trees(p);
  info.n_trees = info.n_forests;
  info.volume_cmpc3 = p.volume_cmpc3;
  info.m_resolution_msun = resolution_of(p, std::pow(10.0, p.log10_m_root_min));
  return info;
}

}  // namespace cecropia::tree
