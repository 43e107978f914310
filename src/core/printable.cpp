#include "cecropia/core/printable.hpp"

#include <cstddef>

namespace cecropia {

std::string printable(std::string text) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto at = [&](std::size_t j) { return j < text.size() ? static_cast<unsigned char>(text[j]) : 0U; };
    const bool is_c0 = (at(i) < 0x20 && text[i] != '\n' && text[i] != '\t') || at(i) == 0x7f;
    const bool is_c1 = at(i) == 0xc2 && at(i + 1) >= 0x80 && at(i + 1) < 0xa0;  // U+0080 to U+009F
    text[kept++] = is_c0 || is_c1 ? '?' : text[i];
    i += is_c1 ? 1 : 0;
  }
  text.resize(kept);
  return text;
}

}  // namespace cecropia
