#include "cecropia/core/error.hpp"

#include <fmt/format.h>

#include "cecropia/core/printable.hpp"

namespace cecropia {
namespace {

Complaint cleaned(const Complaint& complaint) {
  return {printable(complaint.what), printable(complaint.where), printable(complaint.expected),
          printable(complaint.fix)};
}

}  // namespace

InputError::InputError(const Complaint& complaint)
    : std::runtime_error(printable(fmt::format("{}\n  where    : {}\n  expected : {}\n  to fix   : {}", complaint.what,
                                               complaint.where, complaint.expected, complaint.fix))),
      complaint_(cleaned(complaint)) {}

}  // namespace cecropia
