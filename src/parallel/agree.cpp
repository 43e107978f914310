#include "cecropia/parallel/agree.hpp"

#include <algorithm>

namespace cecropia::parallel {

void fail_together(const Communicator& ranks, const std::optional<Complaint>& mine) {
  // -max(-rank) is the lowest rank that complains; ranks without a complaint stand behind all others.
  const std::int64_t first =
      -ranks.max(mine ? -static_cast<std::int64_t>(ranks.rank()) : -static_cast<std::int64_t>(ranks.size()));
  if (first == ranks.size()) return;
  const int root = static_cast<int>(first);
  const Complaint complaint = mine.value_or(Complaint{});
  Complaint common;
  common.what = ranks.broadcast(complaint.what, root);
  common.where = ranks.broadcast(complaint.where, root);
  common.expected = ranks.broadcast(complaint.expected, root);
  common.fix = ranks.broadcast(complaint.fix, root);
  throw InputError(common);
}

}  // namespace cecropia::parallel
