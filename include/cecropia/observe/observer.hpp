#pragma once
/// \file  Collects sums over galaxies level by level and turns them into histories, relations and likelihoods.
/// Local until finish(): one collective reduction of exact sums per run, so results do not depend on the ranks.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "cecropia/core/archive.hpp"
#include "cecropia/cosmology/cosmology.hpp"
#include "cecropia/model/record.hpp"
#include "cecropia/observe/observations.hpp"
#include "cecropia/observe/parameters.hpp"
#include "cecropia/observe/results.hpp"
#include "cecropia/parallel/communicator.hpp"
#include "cecropia/parallel/exact_sum.hpp"

namespace cecropia::observe {

/// Where the sums of the cuts and bins of a run begin among those of a level, and how many sums there are.
struct Slots {
  std::size_t sfr_cuts = 0, m_star_cuts = 0, stacks = 0, magnitudes = 0, n = 0;
};

/// Looks at what single ranges of the parameters cannot see: a redshift range that is empty, a cut that stands there
/// twice. InputError names the parameters.
void check(const Parameters& parameters);

class Observer {
 public:
  /// `info` gives the volume of the count unless a parameter does. InputError as of check(), and where nothing gives a
  /// volume.
  Observer(const Parameters& parameters, Observations observations, const cosmology::Cosmology& cosmology,
           const tree::ForestInfo& info);

  /// Adds this rank's galaxies of a level. Levels come in order, each once, all of them on every rank.
  void observe_level(const model::LevelView& view);

  /// For checkpoints, collective: the levels so far; complete on rank 0, and the same for any number of ranks.
  void save(ByteWriter& archive, const parallel::Communicator& ranks) const;
  /// Takes them back, from rank 0; the archives of the others are not looked at.
  void restore(ByteReader& archive, const parallel::Communicator& ranks);

  /// Collective; once, after the last level.
  Results finish(const parallel::Communicator& ranks);

 private:
  struct Level {
    model::Level facts;
    model::LevelSums space;
    std::vector<parallel::ExactSum> sums;
    std::vector<std::int64_t> counts;
    template <class Self, class Archive>
    static void fields(Self& self, Archive& archive) {
      archive(self.facts, self.space, self.sums, self.counts);
    }
  };
  void reduce(std::vector<parallel::ExactSum>& sums, std::vector<std::int64_t>& counts,
              const parallel::Communicator& ranks) const;
  void add_detectable(const model::Galaxy& galaxy, Level& level);
  void add_stack(double log_m_star, double oh, double w, Level& level) const;
  void add_light(const model::LevelView& view, Level& level) const;
  Parameters p_;
  Observations observations_;
  cosmology::Cosmology cosmology_;
  double count_volume_cmpc3_;
  std::vector<double> sfr_cuts_, m_star_cuts_;
  std::vector<MagnitudeBin> bins_;
  Slots slots_;
  std::vector<Level> levels_;
};

}  // namespace cecropia::observe
