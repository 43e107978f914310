#pragma once
/// \file  What a model of galaxies has to be able to do, so that the walk over levels can carry it (walk.hpp).
#include <cstddef>

#include "cecropia/core/archive.hpp"
#include "cecropia/model/record.hpp"
#include "cecropia/parallel/communicator.hpp"
#include "cecropia/tree/forest.hpp"

namespace cecropia::model {

struct WalkResult;

/// The galaxies of one rank's part of a forest, level by level from high to low redshift. The walk calls, for each
/// level: open, visit, emit, view; between two levels perhaps save; once result. A model that goes on from a
/// checkpoint is opened at the level that was done, restored, and then opened at the next.
///
/// What a halo becomes may depend on its progenitors in the level before, on what emit() made of that level, and on
/// random numbers of its own identity (Stream), on nothing else: then the bytes are the same for any number of ranks.
class GalaxyModel {
 public:
  virtual ~GalaxyModel() = default;

  /// Level `level` begins; the one before is the past.
  virtual void open(std::size_t level) = 0;
  /// All halos of the open level on this rank: one call for a level, so that the choice of the model costs nothing.
  /// InputError where a galaxy cannot be followed.
  virtual void visit(tree::HaloRange halos) = 0;
  /// Collective: what the galaxies of this level do to the space between them.
  virtual void emit(const parallel::Communicator& ranks) = 0;
  /// The galaxies of the open level, in the order of halos; holds until the next level is opened.
  virtual LevelView view() const = 0;
  /// Collective, once, after the last level: sums over all ranks.
  virtual WalkResult result(const parallel::Communicator& ranks) = 0;

  /// State of a halo of the level that was just done.
  virtual void save(tree::Halo h, ByteWriter& archive) = 0;
  /// Into the open level. InputError if it is not such a state.
  virtual void restore(tree::Halo h, ByteReader& archive) = 0;
  /// Collective: tallies and what lies between galaxies, over all ranks; written on rank 0 alone.
  virtual void save_common(ByteWriter& archive, const parallel::Communicator& ranks) const = 0;
  /// Collective, from rank 0's archive; those of the others are not looked at.
  virtual void restore_common(ByteReader& archive, const parallel::Communicator& ranks) = 0;
};

}  // namespace cecropia::model
