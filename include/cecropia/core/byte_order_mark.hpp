#pragma once
/// \file  Text as spreadsheets and some editors save it.
#include <string_view>

namespace cecropia {

/// The text without the byte-order mark (U+FEFF in UTF-8) in front of it, if there is one.
constexpr std::string_view without_byte_order_mark(std::string_view text) {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  return text.substr(0, mark.size()) == mark ? text.substr(mark.size()) : text;
}

}  // namespace cecropia
