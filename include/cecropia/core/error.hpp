#pragma once
/// \file  The two kinds of failure. What the user can repair is an InputError (exit code 2) and always says what is
/// wrong, where, what was expected and how to fix it. Everything else is ours to repair (exit code 1).
#include <stdexcept>
#include <string>

namespace cecropia {

/// What a user needs in order to go on without asking anybody.
struct Complaint {
  std::string what;      ///< "parameter 'outflow.m_out0_msun' = -3 is out of range"
  std::string where;     ///< "params/fiducial.json" (file, line, halo id, byte: as precise as is known)
  std::string expected;  ///< "a number in [1e6, 1e13], unit Msun"
  std::string fix;       ///< "set it to 3e9, the paper's best fit"
};

/// The input cannot be used, or the place for the output cannot take it. Exit code 2. Control characters in the names
/// that a complaint quotes become question marks.
class InputError : public std::runtime_error {
 public:
  explicit InputError(const Complaint& complaint);
  /// The four parts of the message, so that a complaint of one rank can be repeated by all (parallel/agree.hpp).
  const Complaint& complaint() const { return complaint_; }

 private:
  Complaint complaint_;
};

/// A broken invariant of the program itself. Exit code 1, with a request to report it.
class InternalError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// The run was asked to stop (signal, wall-time) and left in good order. Exit code 3.
class StopRequested : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace cecropia
