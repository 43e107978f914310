#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <numeric>

#include "cecropia/core/constants.hpp"
#include "cecropia/core/error.hpp"
#include "cecropia/tree/eps.hpp"

namespace cecropia::tree {
namespace {

/// A halo of the tree being grown, before satellites and noise.
struct Node {
  double m_msun;
  std::uint32_t parent;  ///< its descendant; the root is its own
  std::uint32_t level;
  bool is_main;  ///< the most massive progenitor of its descendant
};

/// Everything that the trees of one forest share, and the memory that one tree after the other reuses.
class Grower {
 public:
  Grower(const EpsParameters& p, const cosmology::Cosmology& cosmology, random::Seed seed)
      : p_(p),
        seed_(seed),
        cosmology_(cosmology),
        variance_(cosmology, p.box_mpc_h),
        calibration_(calibration_of(p)),
        j_(calibration_.g1),
        order_(eps_order(p)) {
    catalogue_.redshift = eps_levels(p, cosmology);
    for (double z : catalogue_.redshift) {
      delta_.push_back(cosmology::delta_collapse / cosmology.growth(z));
      age_myr_.push_back(cosmology.age_myr(z));
    }
  }

  void reserve(std::size_t halos) {
    catalogue_.id.reserve(halos);
    catalogue_.descendant_id.reserve(halos);
    catalogue_.host_id.reserve(halos);
    catalogue_.level.reserve(halos);
    catalogue_.m_vir_msun.reserve(halos);
    catalogue_.flags.reserve(halos);
    catalogue_.forest.reserve(halos);
  }

  void add_forest(std::int64_t forest) {
    const std::int64_t tree = order_[static_cast<std::size_t>(forest)];
    const EpsRoot root = eps_roots(p_, variance_, seed_, tree, tree + 1).front();
    grow(tree, root);
    record(forest, tree, root);
  }

  const cosmology::Variance& variance() const { return variance_; }
  Catalogue take() { return std::move(catalogue_); }

 private:
  struct Branch {
    double ln_m, delta;  ///< ln(M / M_res)
  };

  /// The tree of `root` into nodes_, level by level back in time.
  void grow(std::int64_t tree, const EpsRoot& root) {
    if (!table_ || !table_->serves(root.m_resolution_msun, root.m_msun))
      table_ = std::make_unique<SplitTable>(variance_, calibration_, j_, root.m_resolution_msun, root.m_msun, p_.eps1);
    random::Stream stream(seed_, static_cast<std::uint64_t>(tree), 0, 0, random::Purpose::eps_tree);
    const auto last_level = static_cast<std::uint32_t>(delta_.size() - 1);
    nodes_.clear();
    nodes_.push_back({root.m_msun, 0, last_level, true});
    std::size_t first = 0;
    for (std::uint32_t level = last_level; level > 0; --level) {
      const std::size_t end = nodes_.size();
      for (std::size_t i = first; i < end; ++i) {
        progenitors_.clear();
        follow_back(std::log(nodes_[i].m_msun / root.m_resolution_msun), delta_[level], delta_[level - 1], stream);
        std::sort(progenitors_.begin(), progenitors_.end(), std::greater<>());
        for (std::size_t k = 0; k < progenitors_.size(); ++k)
          nodes_.push_back(
              {root.m_resolution_msun * std::exp(progenitors_[k]), static_cast<std::uint32_t>(i), level - 1, k == 0});
      }
      first = end;
      refuse_overflow(tree, static_cast<std::int64_t>(nodes_.size()));
    }
  }

  static void refuse_overflow(std::int64_t tree, std::int64_t halos) {
    if (halos >= (std::int64_t{1} << eps_node_bits))
      throw InputError(
          {"EPS tree " + std::to_string(tree) + " has more than 2^" + std::to_string(eps_node_bits) + " halos",
           "parameters 'eps.*'", "trees whose halos can be numbered",
           "raise eps.resolution_relative or eps.resolution_msun, or ask for fewer levels"});
  }

  /// EPS-3: from one level to the one before, all branches; the survivors' ln(M / M_res) go to progenitors_.
  void follow_back(double ln_m_start, double delta_start, double delta_end, random::Stream& stream) {
    branches_.clear();
    branches_.push_back({ln_m_start, delta_start});
    const double g2 = calibration_.g2;
    while (!branches_.empty()) {
      auto [ln_m, delta] = branches_.back();
      branches_.pop_back();
      while (ln_m > 0.0) {
        const SplitTable::Rates rates = table_->at(ln_m);
        const double clock = std::pow(delta, g2);
        const double bound = rates.split_bound * clock;
        const double left = delta_end - delta;
        double step = std::min(left, rates.step_limit);
        if (bound * step > p_.eps2) step = p_.eps2 / bound;
        double lost = rates.unresolved * clock * step;
        const bool arrived = step >= left;
        delta = arrived ? delta_end : delta + step;
        if (bound > 0.0 && stream.uniform() < bound * step) {
          const double u = stream.uniform(), v = stream.uniform();
          const SplitTable::Trial trial = table_->trial(ln_m, u);
          if (v < trial.acceptance) {
            branches_.push_back({ln_m + std::log(trial.q), delta});
            lost += trial.q;
          }
        }
        if (lost >= 1.0) break;
        ln_m += std::log1p(-lost);
        if (arrived) {
          if (ln_m > 0.0) progenitors_.push_back(ln_m);
          break;
        }
      }
    }
  }

  /// EPS-8: the logarithmic error of a halo's recorded mass, correlated along main branches, in nodes' order.
  void draw_noise(std::int64_t tree) {
    noise_.assign(nodes_.size(), 0.0);
    if (p_.mass_noise == 0.0) return;
    const double rho = p_.mass_noise_correlation, fresh = std::sqrt(1.0 - rho * rho);
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      random::Stream stream(seed_, static_cast<std::uint64_t>(eps_id(tree, static_cast<std::int64_t>(i))),
                            nodes_[i].level, 0, random::Purpose::eps_mass_noise);
      const double x = random::normal(stream);
      noise_[i] = i > 0 && nodes_[i].is_main ? rho * noise_[nodes_[i].parent] + fresh * x : x;
    }
  }

  /// nodes_ as rows of the catalogue, with noise and satellites.
  void record(std::int64_t forest_id, std::int64_t tree, const EpsRoot& root) {
    draw_noise(tree);
    const auto forest = static_cast<std::uint32_t>(catalogue_.forest_id.size());
    catalogue_.forest_id.push_back(forest_id);
    catalogue_.weight_per_cmpc3.push_back(root.weight_per_cmpc3);
    auto next_id = static_cast<std::int64_t>(nodes_.size());
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      const Node& node = nodes_[i];
      const double m = node.m_msun * std::exp(p_.mass_noise * noise_[i]);
      std::int64_t descendant = i == 0 ? -1 : eps_id(tree, node.parent);
      if (p_.satellite_delay > 0.0 && !node.is_main) descendant = add_satellite(tree, i, m, forest, next_id);
      const std::uint8_t flags = i > 0 && node.is_main ? Forest::is_main_progenitor : 0;
      add_row(eps_id(tree, static_cast<std::int64_t>(i)), descendant, -1, node.level, m, flags, forest);
    }
    refuse_overflow(tree, next_id);
  }

  /// EPS-9: the halo node `i`, of recorded mass m, lives on as a satellite of the branch it falls into until its time
  /// is over. Returns its descendant's id.
  std::int64_t add_satellite(std::int64_t tree, std::size_t i, double m, std::uint32_t forest, std::int64_t& next_id) {
    const std::uint32_t infall_level = nodes_[i].level;
    // Siblings stand together, the main one first: it is the branch that the satellite orbits.
    std::size_t main = i;
    while (!nodes_[main].is_main) --main;
    const double ratio = nodes_[main].m_msun / nodes_[i].m_msun;
    const double hubble_time_myr =
        1.0 / (cosmology_.hubble_per_s(catalogue_.redshift[infall_level]) * constants::myr_s);
    double delay_myr = p_.satellite_delay * 0.1 * hubble_time_myr * ratio / std::log1p(ratio);
    if (p_.satellite_scatter_dex > 0.0) {
      random::Stream stream(seed_, static_cast<std::uint64_t>(eps_id(tree, static_cast<std::int64_t>(i))), infall_level,
                            0, random::Purpose::eps_satellite);
      delay_myr *= std::pow(10.0, p_.satellite_scatter_dex * random::normal(stream));
    }
    const double end_myr = age_myr_[infall_level] + delay_myr;
    std::uint32_t host = nodes_[i].parent;
    std::int64_t first = -1;
    while (age_myr_[nodes_[host].level] < end_myr) {
      const bool survives = host != 0 && age_myr_[nodes_[nodes_[host].parent].level] < end_myr;
      const std::int64_t id = eps_id(tree, next_id++);
      if (first < 0) first = id;
      // After its last level it merges into its host's descendant; at the root's level the story ends with it alive.
      const std::int64_t descendant =
          survives ? eps_id(tree, next_id) : (host == 0 ? -1 : eps_id(tree, nodes_[host].parent));
      add_row(id, descendant, eps_id(tree, host), nodes_[host].level, m, 0, forest);
      if (!survives) return first;
      host = nodes_[host].parent;
    }
    return eps_id(tree, host);
  }

  void add_row(std::int64_t id, std::int64_t descendant, std::int64_t host, std::uint32_t level, double m,
               std::uint8_t flags, std::uint32_t forest) {
    catalogue_.id.push_back(id);
    catalogue_.descendant_id.push_back(descendant);
    catalogue_.host_id.push_back(host);
    catalogue_.level.push_back(level);
    catalogue_.m_vir_msun.push_back(m);
    catalogue_.flags.push_back(flags);
    catalogue_.forest.push_back(forest);
  }

  const EpsParameters p_;
  const random::Seed seed_;
  const cosmology::Cosmology cosmology_;
  const cosmology::Variance variance_;
  const EpsCalibration calibration_;
  const UnresolvedIntegral j_;
  const std::vector<std::int64_t> order_;
  std::vector<double> delta_, age_myr_;
  std::unique_ptr<SplitTable> table_;
  std::vector<Node> nodes_;
  std::vector<Branch> branches_;
  std::vector<double> progenitors_, noise_;
  Catalogue catalogue_;
};

}  // namespace

Catalogue grow_eps(const EpsParameters& parameters, const cosmology::Cosmology& cosmology, random::Seed seed,
                   std::span<const std::int64_t> forests) {
  check(parameters);
  Grower grower(parameters, cosmology, seed);
  const std::vector<double> expected = by_forest(parameters, eps_halos(parameters, grower.variance()));
  double halos = 0.0;
  for (const std::int64_t forest : forests) {
    if (forest < 0 || forest >= static_cast<std::int64_t>(expected.size()))
      throw InternalError("there is no EPS forest of index " + std::to_string(forest));
    halos += expected[static_cast<std::size_t>(forest)];
  }
  const double room = parameters.satellite_delay > 0.0 ? 2.4 : 1.2;  // satellites about double the number of halos
  grower.reserve(static_cast<std::size_t>(room * halos));
  for (const std::int64_t forest : forests) grower.add_forest(forest);
  return grower.take();
}

Catalogue grow_eps(const EpsParameters& parameters, const cosmology::Cosmology& cosmology, random::Seed seed,
                   std::int64_t first, std::int64_t last) {
  std::vector<std::int64_t> forests(static_cast<std::size_t>(std::max<std::int64_t>(0, last - first)));
  std::iota(forests.begin(), forests.end(), first);
  return grow_eps(parameters, cosmology, seed, forests);
}

}  // namespace cecropia::tree
