#include "cecropia/core/error.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cecropia {
namespace {

/// Names come from files and shells; what a terminal would obey is shown as a question mark.
std::string printable(std::string text) {
  const auto commands = [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7f;
  };
  std::replace_if(text.begin(), text.end(), commands, '?');
  return text;
}

Complaint printable(const Complaint& complaint) {
  return {printable(complaint.what), printable(complaint.where), printable(complaint.expected),
          printable(complaint.fix)};
}

}  // namespace

InputError::InputError(const Complaint& complaint)
    : std::runtime_error(printable(fmt::format("{}\n  where    : {}\n  expected : {}\n  to fix   : {}", complaint.what,
                                               complaint.where, complaint.expected, complaint.fix))),
      complaint_(printable(complaint)) {}

}  // namespace cecropia
