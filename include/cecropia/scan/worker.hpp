#pragma once
/// \file  What one group of ranks does with a point.
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "cecropia/parallel/stop.hpp"
#include "cecropia/scan/counters.hpp"
#include "cecropia/scan/kept_points.hpp"
#include "cecropia/scan/resolver.hpp"
#include "cecropia/scan/run_point.hpp"

namespace cecropia::scan {

/// How a scan works on its points.
struct WorkRules {
  using LoadTables = std::function<stars::Tables(const Settings&, const parallel::Communicator&)>;
  Kept kept;
  LoadTables load;  ///< makes the tables of points that want others than the base
  /// Points are kept between two levels in `kept.folder`/checkpoints/KEY.h5: so often [s] (infinity: never), and when
  /// they are asked to stop.
  double checkpoint_every_s = 0;
  const parallel::StopRequest& stop;
};

/// Collective over the group.
class Worker {
 public:
  /// `tables` and `observations` are those of `base`; points that want others get them from the rules and from the
  /// disk. The references must outlive the object.
  Worker(const Resolver& resolver, const tree::Forest& forest, stars::Tables tables, observe::Observations observations,
         const Settings& base, const parallel::Communicator& group, WorkRules rules);

  /// Work of dispatch(): the text of an Answer. What is wrong with the point alone becomes its error; what would
  /// befall every point (no room for what is kept) is thrown.
  std::string operator()(const std::string& order, const std::function<void()>& breathe);

 private:
  struct PlaceTrouble;
  Answer compute(const Point& point, const std::function<void()>& breathe);
  void take_tables_for(const Settings& settings);
  void take_observations_for(const Settings& settings);

  const Resolver& resolver_;
  const tree::Forest& forest_;
  stars::Tables tables_;
  stars::Parameters stars_;  // that tables_ were made for
  observe::Observations observations_;
  std::filesystem::path observed_in_;  // where observations_ lie
  const parallel::Communicator& group_;
  WorkRules rules_;
};

}  // namespace cecropia::scan
