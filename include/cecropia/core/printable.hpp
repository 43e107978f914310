#pragma once
/// \file  Text for a terminal.
#include <string>

namespace cecropia {

/// `text` with a question mark for every character that a terminal would obey (C0 but line breaks and tabs, DEL, C1 in
/// UTF-8 or as a byte): names and remarks come from files and shells.
std::string printable(const std::string& text);

}  // namespace cecropia
