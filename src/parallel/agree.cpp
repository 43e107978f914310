#include "cecropia/parallel/agree.hpp"

#include <mpi.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "cecropia/core/exit_codes.hpp"
#include "cecropia/parallel/agree_in_time.hpp"
#include "cecropia/parallel/give_up.hpp"
#include "cecropia/parallel/waited_time.hpp"

namespace cecropia::parallel {

void fail_together_in_time(const Communicator& ranks, const std::optional<Complaint>& mine, double patience_s) {
  const int bad = mine ? 1 : 0;
  int any_bad = 0, all_came = 0;
  MPI_Request request = MPI_REQUEST_NULL;
  check(MPI_Iallreduce(&bad, &any_bad, 1, MPI_INT, MPI_MAX, ranks.handle(), &request), "MPI_Iallreduce");
  WaitedTime waited;
  while (mine && all_came == 0) {
    check(MPI_Test(&request, &all_came, MPI_STATUS_IGNORE), "MPI_Test");
    // NOLINTNEXTLINE(clang-analyzer-optin.mpi.MPI-Checker): nobody waits for the request when this ends the job
    if (all_came == 0 && waited.look() > patience_s) give_up(exit_input, InputError(*mine).what());
    if (all_came == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  check(MPI_Wait(&request, MPI_STATUS_IGNORE), "MPI_Wait");  // at once for whoever complains: it is done
  if (any_bad != 0) fail_together(ranks, mine);
}

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
