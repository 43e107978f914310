#pragma once
/// \file  Letters between ranks: two-sided messages of any length, looked for without waiting. They work between nodes
/// everywhere, which one-sided windows do not.
#include <optional>
#include <string>
#include <string_view>

#include "cecropia/parallel/communicator.hpp"

namespace cecropia::parallel {

struct Letter {
  int from = 0;
  std::string text;
};

/// Errors of MPI: InternalError.
class Mail {
 public:
  /// Collective: its letters never meet other messages of `ranks`.
  explicit Mail(const Communicator& ranks);

  /// Returns when the letter has left; a long one, when it was taken.
  void send(int to, std::string_view text) const;
  /// A letter from anybody, if one has come.
  std::optional<Letter> look() const;
  /// The next letter of this rank; waits without burning the core.
  std::string wait_for(int from) const;

 private:
  Communicator ranks_;
};

}  // namespace cecropia::parallel
