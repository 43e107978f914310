#pragma once
/// \file  A disc of rings through time. Theory manual: docs/theory/disc.md, DSC-5 and DSC-12 to DSC-18. No files, no
/// MPI: what it needs comes in as values. The kernels must outlive the disc.
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "cecropia/disc/history.hpp"
#include "cecropia/disc/kernels.hpp"
#include "cecropia/disc/parameters.hpp"
#include "cecropia/disc/rings.hpp"

namespace cecropia::disc {

/// What has passed through a disc since it began; sums over rings and steps.
struct Budget {
  double inflow_msun = 0.0, formed_msun = 0.0, returned_msun = 0.0, outflow_msun = 0.0;
  double new_metals_msun = 0.0, recycled_metals_msun = 0.0;    ///< brought by dying stars
  double metals_locked_msun = 0.0, metals_outflow_msun = 0.0;  ///< into new stars, out of the halo

  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.inflow_msun, self.formed_msun, self.returned_msun, self.outflow_msun, self.new_metals_msun,
            self.recycled_metals_msun, self.metals_locked_msun, self.metals_outflow_msun);
  }
};

class Disc {
 public:
  /// Rings with `initial` in them (empty: nothing) for `n_steps` steps of the kernels' length. InternalError if the
  /// kernels have fewer ages than there are steps, or `initial` another number of rings.
  Disc(const Parameters& p, const Kernels& kernels, std::size_t n_steps, std::span<const Ring> initial = {});

  /// DSC-13: the next step: `inflow_msun_myr` comes in with scale radius `h_pc`, and `mass_loading` times the star
  /// formation leaves. InternalError after the last step.
  void step(double inflow_msun_myr, double h_pc, double mass_loading);
  /// DSC-28: another disc falls into this one and settles as an exponential of scale radius `h_pc`, with what its stars
  /// will return. InternalError unless both have as many steps to come.
  void absorb(const Disc& other, double h_pc);

  std::size_t n_done() const { return n_done_; }
  const RingGrid& grid() const { return grid_; }
  const std::vector<Ring>& rings() const { return rings_; }
  const Budget& budget() const { return budget_; }

  /// For checkpoints: read into a disc of the same parameters and steps.
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.n_done_, self.rings_, self.returned_, self.recycled_, self.new_metals_, self.supernovae_,
            self.budget_);
  }

 private:
  void schedule_returns(std::size_t ring);  // DSC-18
  std::size_t n_left() const { return n_steps_ - n_done_; }

  Parameters p_;
  RingGrid grid_;
  const Kernels* kernels_;
  std::size_t n_steps_, n_done_ = 0;
  std::vector<Ring> rings_;
  std::vector<double> inflow_parts_;
  /// What stars that exist will return in each step to come [per pc^2]: entry (ring, step) at ring * n_steps + step.
  std::vector<double> returned_, recycled_, new_metals_, supernovae_;
  Budget budget_;
};

/// Runs a disc through a history and shows it after every step, which is entry n_done() of the history; returns its
/// end.
Disc evolve(const Parameters& p, const Kernels& kernels, const GrowthHistory& history,
            const std::function<void(const Disc&)>& observe = {});

/// DSC-28: the same along the branches of a tree (HAL-10), of which the first is the main one: it is shown with its
/// history, and returned. All branches have the spin of the parameters. InternalError as evolve() and along_branches().
Disc evolve_tree(const Parameters& p, const Kernels& kernels, const cosmology::Cosmology& c,
                 std::span<const cosmology::BranchHistory> branches,
                 const std::function<void(const Disc&, const GrowthHistory&)>& observe = {});

}  // namespace cecropia::disc
