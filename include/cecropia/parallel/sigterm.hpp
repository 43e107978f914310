#pragma once
/// \file  A last word when a job is ended from outside.

namespace cecropia::parallel {

/// SIGTERM ends the process as ever, and from now on with a word on standard error where `is_told_here`: on one rank of
/// a job. Before any StopRequest (stop.hpp), which gives the ranks a second to leave, with the same word.
void tell_of_sigterm(bool is_told_here);

}  // namespace cecropia::parallel
