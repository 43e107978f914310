#pragma once
/// \file  A galaxy as one reservoir of gas through time. Theory manual: docs/theory/bathtub.md, BTH-6, BTH-7 and
/// BTH-13 to BTH-16. No files, no MPI: what it needs comes in as values.
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "cecropia/bathtub/parameters.hpp"
#include "cecropia/cosmology/halo_history.hpp"

namespace cecropia::bathtub {

/// What the galaxy holds [Msun].
struct State {
  double gas_msun = 0.0, stars_msun = 0.0, metals_msun = 0.0;  ///< metals: those in the gas

  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.gas_msun, self.stars_msun, self.metals_msun);
  }
  double metallicity() const { return gas_msun > 0.0 ? metals_msun / gas_msun : 0.0; }
};

/// What has passed through it since it began [Msun].
struct Budget {
  double begun_msun = 0.0;  ///< what it began with: gas and stars
  double inflow_msun = 0.0, formed_msun = 0.0, outflow_msun = 0.0;
  double metals_inflow_msun = 0.0, metals_made_msun = 0.0, metals_locked_msun = 0.0, metals_outflow_msun = 0.0;

  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.begun_msun, self.inflow_msun, self.formed_msun, self.outflow_msun, self.metals_inflow_msun,
            self.metals_made_msun, self.metals_locked_msun, self.metals_outflow_msun);
  }
};

/// What a galaxy does at one instant. Rates in Msun/Myr, times in Myr.
struct Activity {
  double sfr_msun_myr = 0.0, inflow_msun_myr = 0.0, outflow_msun_myr = 0.0, mass_loading = 0.0;
  double metallicity = 0.0, steady_metallicity = 0.0;  ///< BTH-8
  double accretion_myr = 0.0, depletion_myr = 0.0;     ///< BTH-10: gas over inflow, gas over star formation
  double accretion_efficiency = 0.0;                   ///< BTH-10: star formation over inflow; infinite without inflow
  double oxygen_abundance = 0.0;                       ///< BTH-12; minus infinity without metals
};

class Bathtub {
 public:
  /// Begins with the gas and stars of the parameters. InternalError if one is negative or outflow_power < 1.
  explicit Bathtub(const Parameters& p);

  /// BTH-13: time passes while `inflow_msun_myr` comes in; `m_halo_msun` sets the mass loading if the parameters want
  /// the halo's (LoadingMass::of_halo). Negative inflow or time, or no halo where one is wanted: InternalError.
  void step(double inflow_msun_myr, double step_myr, double m_halo_msun = 0.0);
  /// BTH-16: another galaxy falls into this one, with all that it holds.
  void absorb(const Bathtub& other);

  const State& state() const { return state_; }
  const Budget& budget() const { return budget_; }
  /// At this instant, with this inflow.
  Activity activity(double inflow_msun_myr, double m_halo_msun = 0.0) const;

  /// For checkpoints: read into one of the same parameters.
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.state_, self.budget_);
  }

 private:
  Parameters p_;
  State state_;
  Budget budget_;
};

/// BTH-14: one of the five models of the paper.
struct Model {
  std::string name;  ///< "model 3, eta_0 = 2"
  Parameters parameters;
  double inflow_msun_myr = 0.0;
};
/// BTH-14: all galaxies of model 1 to 5: every value of what the model varies, and every inflow (model 2: mass of gas).
/// InternalError for another number.
std::vector<Model> models(int number);

/// BTH-14: states at the times `at_myr` (ascending) of a galaxy with constant inflow.
std::vector<State> with_constant_inflow(const Model& model, std::span<const double> at_myr);

/// Shown after every step of the main branch, with the inflow of that step.
using Observer = std::function<void(std::size_t step, const Bathtub&, double inflow_msun_myr)>;

/// BTH-15: runs a galaxy through the history of its halo, which gives it `baryon_fraction` of its growth; returns its
/// end.
Bathtub evolve(const Parameters& p, const cosmology::HaloHistory& history, double baryon_fraction,
               const Observer& observe = {});

/// BTH-15, BTH-16: the same along all branches of a tree (HAL-10), of which the first is the main one; returns that.
Bathtub evolve_tree(const Parameters& p, std::span<const cosmology::BranchHistory> branches, double baryon_fraction,
                    const Observer& observe = {});

}  // namespace cecropia::bathtub
