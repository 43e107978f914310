#pragma once
/// \file  What a halo finds around it: metals, ionised gas, Lyman-Werner light. Made anew after every level from what
/// the galaxies of all ranks did. Theory: docs/theory/space.md.
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "cecropia/core/archive.hpp"
#include "cecropia/cosmology/cosmology.hpp"
#include "cecropia/parallel/communicator.hpp"
#include "cecropia/random/stream.hpp"
#include "cecropia/space/box_field.hpp"
#include "cecropia/space/lyman_werner.hpp"
#include "cecropia/space/mean_field.hpp"
#include "cecropia/space/parameters.hpp"
#include "cecropia/space/source.hpp"
#include "cecropia/space/uniform.hpp"

namespace cecropia::space {

/// The surroundings of all halos of a level, as they were at the end of the level before: this delay of one level is
/// what makes the order of halos, and their distribution over ranks, of no importance.
class Surroundings {
 public:
  /// Collective. `box_cmpc`: side of the periodic box of the trees, 0 if they have no positions. Throws InputError if
  /// the parameters do not fit together.
  Surroundings(const AllParameters& parameters, const cosmology::Cosmology& cosmos, double box_cmpc, random::Seed seed,
               const parallel::Communicator& ranks);

  /// A halo that asks.
  struct Place {
    std::int64_t halo_id = 0;    ///< its own bubble is that of its progenitors: sources with this descendant
    std::int64_t branch_id = 0;  ///< leaf of its main branch: key of the draws of trees without positions
    Point position_cmpc{};
    double r_vir_cmpc = 0;
    double own_region_cmpc = 0;     ///< radius of its own ionised region; wanted if asks_for_own_region()
    Metals own_bubble_fractions{};  ///< wanted if asks_for_own_bubble()
  };
  Metals igm_metal_fractions(const Place& place) const;
  bool is_ionised(const Place& place) const;
  /// Do the trees have positions?
  bool has_places() const { return box_cmpc_ > 0.0; }

  const AllParameters& parameters() const { return p_; }
  bool follows_bubbles() const { return p_.surroundings.metals == MetalSource::bubbles; }
  bool follows_regions() const { return p_.surroundings.ionisation == Ionisation::regions; }
  /// Without places a halo has to bring what its own bubble holds, if that counts.
  bool asks_for_own_bubble() const { return follows_bubbles() && p_.bubbles.own_bubble && !has_places(); }
  /// Without places a halo has to bring the size of its own ionised region, if that counts.
  bool asks_for_own_region() const {
    return follows_regions() && p_.reionisation.own_region == OwnRegion::always && !has_places();
  }
  bool needs_light() const { return p_.lyman_werner.source == LymanWernerSource::self_consistent; }

  /// J21 of the model's own stars at the last level; nothing if the published background is to be used.
  std::optional<double> own_j21() const;

  /// A galaxy whose tree ends before the last level, at the level for which update() comes next: from the level after
  /// it on its ionised region recombines where it was, and its bubble rests at its comoving size, until the run ends.
  void leave_behind(const Source& source) { ending_.push_back(source); }

  /// Collective, after every level: the sources of this rank's galaxies and the Lyman-Werner photons of all ranks
  /// [1/s/cMpc^3] become the surroundings of the next level, which begins at this redshift.
  void update(std::span<const Source> living, double redshift, double age_myr, double lyman_werner_per_s_cmpc3,
              const parallel::Communicator& ranks);

  /// For checkpoints, collective: what update() made of the last level; complete on rank 0, and the same for any number
  /// of ranks.
  void save(ByteWriter& archive, const parallel::Communicator& ranks) const;
  /// Takes it back, from rank 0; the archives of the others are not looked at.
  void restore(ByteReader& archive, const parallel::Communicator& ranks);

  /// Filling factors at the end of the last level: sums of weight times volume, which may exceed 1 where spheres
  /// overlap (from the tables if they are uniform).
  double metal_filling() const { return metal_filling_; }
  double ionised_filling() const { return ionised_filling_; }
  /// ION-4: share of hydrogen that is ionised, min(1, filling): every photon counts once.
  double q_hii() const;
  /// Share of space that holds metals, for randomly placed bubbles (ION-3).
  double q_metal() const;
  std::size_t n_sources() const { return n_sources_; }  ///< of all ranks at the last level, with those left behind

 private:
  double fixed_draw(const Place& place, random::Purpose purpose) const;

  void age_those_left_behind(double age_myr);
  void show(std::vector<Source> mine, const parallel::Communicator& ranks);

  AllParameters p_;
  cosmology::Cosmology cosmos_;
  double box_cmpc_;
  random::Seed seed_;
  parallel::Communicator node_;
  Uniform uniform_;
  double redshift_ = 0, age_myr_ = 0;
  std::vector<Source> ending_, ended_;  // of this rank: trees that end at this level; that ended before
  std::vector<Source> shown_;           // of this rank: what the next level finds
  BoxField box_;
  MeanField mean_;
  LymanWernerBackground light_;
  double metal_filling_ = 0, ionised_filling_ = 0, enriched_fraction_ = 0, ionised_fraction_ = 0;
  std::size_t n_sources_ = 0;
};

}  // namespace cecropia::space
