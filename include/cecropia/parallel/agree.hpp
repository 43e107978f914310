#pragma once
/// \file  Failing together. What one rank finds wrong with the input becomes the same InputError on all ranks, so that
/// nobody waits in a collective call for somebody who has left.
#include <optional>
#include <utility>

#include "cecropia/core/error.hpp"
#include "cecropia/parallel/communicator.hpp"

namespace cecropia::parallel {

/// Collective. If any rank brings a complaint, all ranks throw the InputError of the lowest such rank; else nothing.
void fail_together(const Communicator& ranks, const std::optional<Complaint>& mine);

/// Collective. Runs `work` on every rank; an InputError on any rank is thrown on all. `work` itself must not be
/// collective after the point where it can fail. Other exceptions pass as they are (main() ends the run).
template <class Work>
void together(const Communicator& ranks, Work&& work) {
  std::optional<Complaint> complaint;
  try {
    std::forward<Work>(work)();
  } catch (const InputError& error) {
    complaint = error.complaint();
  }
  fail_together(ranks, complaint);
}

/// Collective. Runs `work` on rank 0 only; its InputError is thrown on all ranks.
template <class Work>
void on_root(const Communicator& ranks, Work&& work) {
  together(ranks, [&] {
    if (ranks.is_root()) std::forward<Work>(work)();
  });
}

}  // namespace cecropia::parallel
