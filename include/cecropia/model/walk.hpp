#pragma once
/// \file  Chapter one: the walk over levels.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cecropia/model/evolve.hpp"
#include "cecropia/model/galaxies.hpp"
#include "cecropia/model/galaxy_model.hpp"
#include "cecropia/model/record.hpp"
#include "cecropia/parallel/communicator.hpp"
#include "cecropia/parallel/exact_sum.hpp"
#include "cecropia/space/surroundings.hpp"

namespace cecropia::model {

/// LIT-4: massive stars over the whole run and all ranks, counted one by one: who is born dies once, in one fate, or is
/// alive where its tree ends. Each is a number of stars of the trees, without weights.
struct StarCount {
  std::int64_t born = 0, alive = 0;  ///< alive: at the ends of the trees
  FateCount died;
  std::int64_t missing() const { return born - died.all() - alive; }  ///< 0
};

/// Conservation over the whole run, from exact sums over all ranks: what came in against what is there at the roots.
struct Budget {
  double mass_relative_error = 0, metal_relative_error = 0;
  double accreted_msun = 0, returned_msun = 0, content_msun = 0;
  double igm_metals_msun = 0, made_metals_msun = 0, metals_content_msun = 0;
  /// Metals stars were drawn with (mixing offset included) over metals locked in them at the mean composition: 1 for no
  /// offset. Reported, not repaired (MIX-1). NaN if no star was formed.
  double drawn_over_locked_metals = 0;
  StarCount stars;
};

struct WalkResult {
  Budget budget;
  std::int64_t halo_levels = 0, galaxy_levels = 0, sub_steps = 0;  ///< over all ranks
  std::int64_t peak_galaxies = 0, peak_clocks = 0;                 ///< largest on any rank
  std::int64_t overenriched = 0;  ///< halo-levels that took in gas richer in metals than the Sun
  std::int64_t limited = 0;       ///< of these: limited to half metals
};

/// What a walk has to know to go on after a level: one rank's part of it, and what all ranks share. Parts one behind
/// the other in rank order are the same for any number of ranks, so that other ranks can divide them anew.
struct WalkState {
  std::size_t levels_done = 0;
  std::vector<std::int64_t> halo_id;  ///< of this rank's halos of the last level that was done
  std::vector<std::int64_t> bytes;    ///< of each of them in `halos`
  std::string halos;                  ///< their states
  std::string common;                 ///< tallies and surroundings; on rank 0 only
};

/// The heart of the model. Time is the outer loop, because galaxies of different trees act on each other through their
/// surroundings; within a level a halo reads only the level before, so the order of halos does not matter and neither
/// does their distribution over ranks.
///
/// For each level, high to low redshift, the model takes each halo from the previous level's time to this level's (star
/// by star: walker.hpp); then, in step on all ranks, what galaxies did becomes the surroundings of the next level, and
/// whoever called observes (exact sums, catalogues).
///
/// All members but the queries are collective. The arguments of the constructors must outlive the walk.
class Walk {
 public:
  Walk(const tree::Forest& forest, std::unique_ptr<GalaxyModel> galaxies, const parallel::Communicator& ranks);
  /// With the galaxies of Liu et al. (2025), star by star.
  Walk(const tree::Forest& forest, const Physics& physics, space::Surroundings& surroundings,
       const parallel::Communicator& ranks);
  ~Walk();
  Walk(const Walk&) = delete;
  Walk& operator=(const Walk&) = delete;

  std::size_t levels_done() const;  ///< of the forest
  bool is_done() const;             ///< all of them
  /// One level more; the view holds until the next call. InputError, on all ranks, where a galaxy grows beyond what its
  /// clocks can count.
  LevelView next();
  /// Once, after the last level.
  WalkResult result();

  /// Between two levels.
  WalkState save();
  /// At the beginning: goes on from there. `state` holds this rank's halos of that level; `common` counts on rank 0.
  /// InputError if it is not one of this forest and these parameters.
  void restore(const WalkState& state);

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

/// Called after every level, in step on all ranks (it may communicate).
using ObserveLevel = std::function<void(const LevelView&)>;
/// Called after every level, in step on all ranks, with (levels done, levels in all); true asks to stop.
using LevelDone = std::function<bool(std::size_t, std::size_t)>;

/// A whole walk. Throws StopRequested if `done` asks for it.
WalkResult walk(const tree::Forest& forest, const Physics& physics, space::Surroundings& surroundings,
                const parallel::Communicator& ranks, const ObserveLevel& observe, const LevelDone& done);

}  // namespace cecropia::model
