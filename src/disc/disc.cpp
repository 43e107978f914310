#include "cecropia/disc/disc.hpp"

#include <algorithm>
#include <cmath>

#include "cecropia/core/error.hpp"
#include "cecropia/cosmology/branch_walk.hpp"
#include "cecropia/disc/cycle.hpp"

namespace cecropia::disc {

Disc::Disc(const Parameters& p, const Kernels& kernels, std::size_t n_steps, std::span<const Ring> initial)
    : p_(p),
      grid_(p.mesh),
      kernels_(&kernels),
      n_steps_(n_steps),
      rings_(initial.begin(), initial.end()),
      inflow_parts_(grid_.size()),
      returned_(grid_.size() * n_steps),
      recycled_(returned_.size()),
      new_metals_(returned_.size()),
      supernovae_(returned_.size()) {
  if (kernels.n_ages() < n_steps) throw InternalError("the kernels of a disc have fewer ages than it has steps");
  if (rings_.empty()) rings_.resize(grid_.size());
  if (rings_.size() != grid_.size()) throw InternalError("a disc begins with as many rings as it has");
}

void Disc::step(double inflow_msun_myr, double h_pc, double mass_loading) {
  if (n_done_ == n_steps_) throw InternalError("a disc was asked for a step after its last");
  const double dt = kernels_->step_myr();
  const SurfaceLaw law(p_.cycle, mass_loading);
  grid_.exponential_parts(h_pc, inflow_parts_);
  for (std::size_t i = 0; i < rings_.size(); ++i) {
    Ring& ring = rings_[i];
    const double area = grid_.areas_pc2()[i];
    const std::size_t now = i * n_steps_ + n_done_;
    const Supply supply{inflow_msun_myr * inflow_parts_[i] / area, returned_[now] / dt, recycled_[now] / dt,
                        new_metals_[now] / dt, supernovae_[now] / dt};
    const double metals_before = ring.metals_msun_pc2;
    advance(ring, law, p_.dust, supply, dt);

    const double per_rate = dt * area;
    const double metals_in = per_rate * (supply.new_metals_msun_myr_pc2 + supply.recycled_metals_msun_myr_pc2);
    const double metals_gone = metals_in + (metals_before - ring.metals_msun_pc2) * area;
    const double consumed = ring.star_formation_msun_myr_pc2 + ring.outflow_msun_myr_pc2;
    const double locked = consumed > 0.0 ? metals_gone * (ring.star_formation_msun_myr_pc2 / consumed) : 0.0;
    budget_.inflow_msun += per_rate * supply.inflow_msun_myr_pc2;
    budget_.formed_msun += per_rate * ring.star_formation_msun_myr_pc2;
    budget_.returned_msun += per_rate * supply.returned_msun_myr_pc2;
    budget_.outflow_msun += per_rate * ring.outflow_msun_myr_pc2;
    budget_.new_metals_msun += per_rate * supply.new_metals_msun_myr_pc2;
    budget_.recycled_metals_msun += per_rate * supply.recycled_metals_msun_myr_pc2;
    budget_.metals_locked_msun += locked;
    budget_.metals_outflow_msun += metals_gone - locked;
  }
  ++n_done_;
  for (std::size_t i = 0; i < rings_.size(); ++i) schedule_returns(i);
}

void Disc::absorb(const Disc& other, double h_pc) {
  if (other.n_left() != n_left() || other.kernels_->step_myr() != kernels_->step_myr())
    throw InternalError("discs that merge have as many steps to come, of one length");
  grid_.exponential_parts(h_pc, inflow_parts_);
  const Totals its = totals_of(other.grid_, other.rings_);
  for (std::size_t i = 0; i < rings_.size(); ++i) {
    const double per_area = inflow_parts_[i] / grid_.areas_pc2()[i];
    Ring& ring = rings_[i];
    ring.gas_msun_pc2 += its.gas_msun * per_area;
    ring.stars_msun_pc2 += its.stars_msun * per_area;
    ring.metals_msun_pc2 += its.metals_msun * per_area;
    ring.dust_msun_pc2 += its.dust_msun * per_area;
    ring.star_formation_msun_myr_pc2 += its.star_formation_msun_myr * per_area;
    ring.outflow_msun_myr_pc2 += its.outflow_msun_myr * per_area;
    ring.returned_msun_myr_pc2 += its.returned_msun_myr * per_area;
  }
  const auto owed = [&](std::vector<double>& mine, const std::vector<double>& others) {
    for (std::size_t a = 0; a < n_left(); ++a) {
      double sum = 0.0;
      for (std::size_t i = 0; i < other.rings_.size(); ++i)
        sum += others[i * other.n_steps_ + other.n_done_ + a] * other.grid_.areas_pc2()[i];
      if (sum == 0.0) continue;
      for (std::size_t i = 0; i < rings_.size(); ++i)
        mine[i * n_steps_ + n_done_ + a] += sum * inflow_parts_[i] / grid_.areas_pc2()[i];
    }
  };
  owed(returned_, other.returned_);
  owed(recycled_, other.recycled_);
  owed(new_metals_, other.new_metals_);
  owed(supernovae_, other.supernovae_);
  const Budget& b = other.budget_;
  budget_.inflow_msun += b.inflow_msun;
  budget_.formed_msun += b.formed_msun;
  budget_.returned_msun += b.returned_msun;
  budget_.outflow_msun += b.outflow_msun;
  budget_.new_metals_msun += b.new_metals_msun;
  budget_.recycled_metals_msun += b.recycled_metals_msun;
  budget_.metals_locked_msun += b.metals_locked_msun;
  budget_.metals_outflow_msun += b.metals_outflow_msun;
}

void Disc::schedule_returns(std::size_t ring) {
  const double z = rings_[ring].metallicity();
  const double formed = rings_[ring].star_formation_msun_myr_pc2 * kernels_->step_myr();
  if (!(formed > 0.0)) return;
  const Kernels::Between rows = kernels_->at(z);
  const double of_lower = formed * (1.0 - rows.upper_weight), of_upper = formed * rows.upper_weight;
  const std::size_t from = ring * n_steps_ + n_done_, n_left = n_steps_ - n_done_;
  {
    const double *low = kernels_->returned(rows.lower).data(), *high = kernels_->returned(rows.upper).data();
    double *mass = returned_.data() + from, *metals = recycled_.data() + from;
    for (std::size_t a = 0; a < n_left; ++a) {  // most of the time of a run is spent here
      const double m = of_lower * low[a] + of_upper * high[a];
      mass[a] += m;
      metals[a] += z * m;
    }
  }
  const std::size_t n_young = std::min(n_left, kernels_->n_supernova_ages());
  const auto new_metals_low = kernels_->new_metals(rows.lower), new_metals_high = kernels_->new_metals(rows.upper);
  const auto number_low = kernels_->supernovae(rows.lower), number_high = kernels_->supernovae(rows.upper);
  for (std::size_t a = 0; a < n_young; ++a) {
    new_metals_[from + a] += of_lower * new_metals_low[a] + of_upper * new_metals_high[a];
    supernovae_[from + a] += of_lower * number_low[a] + of_upper * number_high[a];
  }
}

Disc evolve(const Parameters& p, const Kernels& kernels, const GrowthHistory& history,
            const std::function<void(const Disc&)>& observe) {
  if (std::fabs(history.step_myr - kernels.step_myr()) > 1e-9 * history.step_myr)
    throw InternalError("a history and the kernels of its disc have different steps");
  Disc disc(p, kernels, history.n_steps());
  for (std::size_t i = 1; i <= history.n_steps(); ++i) {
    disc.step(history.inflow_msun_myr[i], history.scale_radius_pc[i], history.mass_loading[i]);
    if (observe) observe(disc);
  }
  return disc;
}

Disc evolve_tree(const Parameters& p, const Kernels& kernels, const cosmology::Cosmology& c,
                 std::span<const cosmology::BranchHistory> branches,
                 const std::function<void(const Disc&, const GrowthHistory&)>& observe) {
  if (branches.empty()) throw InternalError("a tree has a branch");
  const std::size_t end = branches.front().first_step + branches.front().history.n_steps();
  struct Growing {
    GrowthHistory fed;
    Disc disc;
  };
  return std::move(cosmology::along_branches(
                       branches,
                       [&](const cosmology::BranchHistory& branch) {
                         return Growing{feed(c, p, branch.history), Disc(p, kernels, end - branch.first_step)};
                       },
                       [&](Growing& g, const cosmology::BranchHistory& branch, std::size_t i) {
                         g.disc.step(g.fed.inflow_msun_myr[i], g.fed.scale_radius_pc[i], g.fed.mass_loading[i]);
                         if (observe && !branch.into) observe(g.disc, g.fed);
                       },
                       [](Growing& g, const Growing& other, const cosmology::BranchHistory&, std::size_t i) {
                         g.disc.absorb(other.disc, g.fed.scale_radius_pc[i]);
                       })
                       .disc);
}

}  // namespace cecropia::disc
