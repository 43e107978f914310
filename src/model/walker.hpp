#pragma once
// Private to the walk: what is done to the halos of a level, one after the other.
#include <cstdint>
#include <vector>

#include "accounts.hpp"
#include "cecropia/model/evolve.hpp"
#include "cecropia/model/galaxies.hpp"
#include "cecropia/model/galaxy_model.hpp"
#include "cecropia/model/walk.hpp"
#include "cecropia/space/surroundings.hpp"

namespace cecropia::model {

/// Facts of a level that all its halos share.
struct LevelFacts {
  double z0 = 0, z1 = 0, t0 = 0, t1 = 0, m_atom = 0, m_crit_neutral = 0, m_crit_ionised = 0, j21 = 0;
  physics::OutflowLaw outflow;
  IonisingEscape escape;
  std::vector<space::ExpandingMedium> media;  ///< of each part of the level
};

/// The galaxies of Liu et al. (2025), star by star. For each halo of a level:
///   inherit      galaxies of the progenitors join (contiguous range, main progenitor first)
///   surroundings intergalactic metallicity and ionisation at the halo, frozen at the end of the previous level
///   threshold    does this halo form stars?
///   sub-cycle    inflow, stars, feedback, metals from the previous level's time to this level's
/// emit() makes bubbles and ionised regions of it.
class Walker final : public GalaxyModel {
 public:
  Walker(const tree::Forest& forest, const Physics& physics, space::Surroundings& surroundings);

  void open(std::size_t level) override;
  void visit(tree::HaloRange halos) override;
  void emit(const parallel::Communicator& ranks) override;
  LevelView view() const override;
  WalkResult result(const parallel::Communicator& ranks) override;
  void save(tree::Halo h, ByteWriter& archive) override;
  void restore(tree::Halo h, ByteReader& archive) override;
  void save_common(ByteWriter& archive, const parallel::Communicator& ranks) const override;
  void restore_common(ByteReader& archive, const parallel::Communicator& ranks) override;

 private:
  void visit(tree::Halo h);
  LevelFacts facts(std::size_t level) const;
  /// J21 at redshift z: published, or that of the model's own stars at the end of the last level.
  double background_j21(double z) const;
  /// The halo mass above which stars form at this place.
  double critical_mass_msun(tree::Halo h) const;

  /// The progenitors' galaxies become this halo's: the main progenitor's state moves, the others join it.
  void inherit(tree::Halo h);
  /// Who asks its surroundings, and whether it lies in ionised gas.
  void look_around(tree::Halo h, const HaloState& mine);
  /// Metal fractions of gas that falls in: those of the surroundings, clumped. What is unusual is counted where there
  /// is such gas.
  Metals inflow_fractions(const Baryons& b, bool falls_in);
  /// Metal fractions in the galaxy's own bubble.
  Metals own_fractions(const Baryons& b) const;
  /// From the previous level's time to this level's.
  void step(tree::Halo h);
  /// BUB-2, part by part of the level, because a bubble that starts late in a level must not be driven all along it.
  void blow_bubble(Baryons& b, const HaloStep& s, double m_out_before_msun);
  /// An ionised region keeps gas out of a halo whose most massive progenitor is a minihalo (Liu+25, section 2.1).
  bool suppressed(tree::HaloRange progenitors) const;
  /// Writes the galaxy down, adds to the accounts, and ends it where the tree ends.
  void finish(tree::Halo h);
  /// What the galaxy does to the space around it; after the end of its tree, too. The bubble of a satellite that
  /// vanishes is given up: its host, whose own it was, would take it for a neighbour's.
  void emit_source(const Galaxy& g, bool is_its_last);
  Galaxy record(tree::Halo h, const HaloState& mine, Baryons& b);

  const tree::Forest& forest_;
  const Physics& physics_;
  space::Surroundings& surroundings_;
  Evolver evolver_;
  LevelTimes level_times_;
  Galaxies galaxies_;
  Accounts accounts_;
  std::vector<Galaxy> records_;
  std::vector<space::Source> sources_;
  std::size_t level_ = 0;
  LevelFacts facts_{};
  physics::HaloStructure end_{};      // of the halo being visited
  space::Surroundings::Place place_;  // of the halo being visited
  struct {
    bool ionised = false;
    double z_igm = 0;  // without clumping
  } here_;
  double rho_b0_msun_ckpc3_;  // mean density of baryons
  std::int64_t peak_galaxies_ = 0;
};

}  // namespace cecropia::model
