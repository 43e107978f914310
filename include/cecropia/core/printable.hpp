#pragma once
/// \file  Text for a terminal.
#include <string>

namespace cecropia {

/// `text`, in UTF-8, with a question mark for every character that a terminal would obey (C0 but line breaks and tabs,
/// DEL, C1): names and remarks come from files and shells.
std::string printable(std::string text);

}  // namespace cecropia
