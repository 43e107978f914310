#include "cecropia/core/error.hpp"

#include <fmt/format.h>

namespace cecropia {

InputError::InputError(const Complaint& complaint)
    : std::runtime_error(fmt::format("{}\n  where    : {}\n  expected : {}\n  to fix   : {}", complaint.what,
                                     complaint.where, complaint.expected, complaint.fix)),
      complaint_(complaint) {}

}  // namespace cecropia
