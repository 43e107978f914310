#pragma once
/// \file  Merger trees without an N-body simulation: extended Press-Schechter trees by the algorithm of Parkinson, Cole
/// & Helly (2008), with roots sampled over the halo mass function. Theory manual: docs/theory/eps.md. A tree depends on
/// the seed, its index and the parameters alone: every rank grows its own trees and needs no other's.
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "cecropia/core/parameter.hpp"
#include "cecropia/cosmology/power.hpp"
#include "cecropia/random/stream.hpp"
#include "cecropia/tree/catalogue.hpp"
#include "cecropia/tree/eps_rates.hpp"

namespace cecropia::tree {

/// Which fit to N-body trees corrects the rates.
enum class EpsFit { parkinson2008, benson2017, custom };
inline constexpr std::array eps_fit_names{Named<EpsFit>{"parkinson2008", EpsFit::parkinson2008},
                                          Named<EpsFit>{"benson2017", EpsFit::benson2017},
                                          Named<EpsFit>{"custom", EpsFit::custom}};

/// Abundance of the roots.
enum class RootAbundance { sheth_tormen, press_schechter };
inline constexpr std::array root_abundance_names{
    Named<RootAbundance>{"sheth_tormen", RootAbundance::sheth_tormen},
    Named<RootAbundance>{"press_schechter", RootAbundance::press_schechter}};

/// The parameters of an EPS forest, section "eps".
struct EpsParameters {
  double log10_m_root_min = 9.4, log10_m_root_max = 12.5;  ///< [Msun]
  double bins_per_dex = 10.0;
  int trees_per_bin = 8;
  double log10_m_fewer = 15.5;        ///< above, bins hold fewer trees, in inverse proportion to mass [Msun]
  double resolution_relative = 1e-3;  ///< of the root's mass
  double resolution_msun = 1e6;       ///< never finer than this
  double z_max = 30.0, z_min = 4.5;
  double max_step_myr = 20.0, max_step_fraction = 0.05;
  EpsFit calibration = EpsFit::parkinson2008;
  double g0 = 0.57, g1 = 0.38, g2 = -0.01;  ///< used with calibration = custom
  double eps1 = 0.1, eps2 = 0.1;
  RootAbundance root_abundance = RootAbundance::sheth_tormen;
  double box_mpc_h = 0.0;
  double mass_noise = 0.0, mass_noise_correlation = 0.5;
  double satellite_delay = 0.0, satellite_scatter_dex = 0.0;
  double volume_cmpc3 = 8.0 * 8.0 * 8.0 / (0.6774 * 0.6774 * 0.6774);  ///< 1647: the paper's (8 Mpc/h)^3
};
/// The parameter table of section "eps".
extern const std::vector<Parameter<EpsParameters>> eps_rows;

/// Throws InputError where single parameters are in range but do not fit together (mass range, redshift range, root
/// masses at the resolution, too many trees).
void check(const EpsParameters& parameters);

/// G0, gamma_1, gamma_2 of the chosen fit.
EpsCalibration calibration_of(const EpsParameters& parameters);

/// EPS-4: redshifts of the recorded levels, falling from z_max to z_min.
std::vector<double> eps_levels(const EpsParameters& parameters, const cosmology::Cosmology& cosmology);

/// EPS-6: number of the first tree of every bin of root mass, and the number of all trees.
std::vector<std::int64_t> eps_bins(const EpsParameters& parameters);

/// How many trees the parameters ask for.
std::int64_t eps_n_trees(const EpsParameters& parameters);

/// EPS-10: the tree of every forest. Trees are numbered by rising root mass, forests in an order in which light and
/// heavy roots take turns, so that any run of forests holds roots of all masses and ranks have work at every level.
std::vector<std::int64_t> eps_order(const EpsParameters& parameters);
/// What is known of every tree, by forest.
std::vector<double> by_forest(const EpsParameters& parameters, const std::vector<double>& of_tree);

/// Root of one tree.
struct EpsRoot {
  double m_msun;             ///< at z_min
  double m_resolution_msun;  ///< EPS-5
  double weight_per_cmpc3;   ///< EPS-6
};
/// EPS-5 and EPS-6: root mass, resolution and weight of trees [first_tree, last_tree).
std::vector<EpsRoot> eps_roots(const EpsParameters& parameters, const cosmology::Variance& variance, random::Seed seed,
                               std::int64_t first_tree, std::int64_t last_tree);

/// EPS-7: expected number of recorded halos of each tree (30 % accurate; equal on all ranks and for all seeds).
std::vector<double> eps_halos(const EpsParameters& parameters, const cosmology::Cosmology& cosmology);
std::vector<double> eps_halos(const EpsParameters& parameters, const cosmology::Variance& variance);

/// EPS-7 with what halos cost (predicted_cost of tree/partition.hpp), for sharing the trees out over ranks.
std::vector<double> eps_cost(const EpsParameters& parameters, const cosmology::Cosmology& cosmology);

/// What is known of the forest before it is grown; n_halos is left at 0.
ForestInfo eps_info(const EpsParameters& parameters);

/// Id of the `node`-th halo of a tree: tree * 2^28 + node, below 2^50. The root is node 0. So there may be 2^22 trees
/// with 2^28 halos each.
inline constexpr int eps_node_bits = 28, eps_tree_bits = 22;
constexpr std::int64_t eps_id(std::int64_t tree, std::int64_t node) { return (tree << eps_node_bits) + node; }

/// Grows forests [first, last) of eps_order(), one tree each; forest_id is the place there. Nodes at the recorded
/// levels only. Throws InputError through check(), and where a tree outgrows its ids. The most massive progenitor of a
/// halo, before noise, carries Forest::is_main_progenitor.
Catalogue grow_eps(const EpsParameters& parameters, const cosmology::Cosmology& cosmology, random::Seed seed,
                   std::int64_t first, std::int64_t last);
/// The same for any set of forests, in the order given.
Catalogue grow_eps(const EpsParameters& parameters, const cosmology::Cosmology& cosmology, random::Seed seed,
                   std::span<const std::int64_t> forests);

}  // namespace cecropia::tree
