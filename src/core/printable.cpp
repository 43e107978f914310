#include "cecropia/core/printable.hpp"

#include <cstddef>

namespace cecropia {
namespace {

/// Bytes of the character of UTF-8 that begins at `i`; 0 if there is none.
std::size_t character_at(const std::string& text, std::size_t i) {
  const auto lead = static_cast<unsigned char>(text[i]);
  const std::size_t n = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  for (std::size_t j = 1; j < n; ++j)
    if (i + j >= text.size() || (static_cast<unsigned char>(text[i + j]) & 0xc0U) != 0x80) return 0;
  return n;
}

/// Whether a terminal would obey this byte, or the character of UTF-8 with `n` bytes that begins with it.
bool is_order(unsigned char lead, std::size_t n, unsigned char second) {
  if (n == 0) return lead >= 0x80 && lead < 0xa0;  // C1, of another encoding or of none
  if (n == 1) return (lead < 0x20 && lead != '\n' && lead != '\t') || lead == 0x7f;
  return lead == 0xc2 && second < 0xa0;  // C1
}

}  // namespace

std::string printable(const std::string& text) {
  std::string clean;
  clean.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t n = character_at(text, i), length = n == 0 ? 1 : n;
    const auto second = static_cast<unsigned char>(n > 1 ? text[i + 1] : 0);
    if (is_order(static_cast<unsigned char>(text[i]), n, second))
      clean += '?';
    else
      clean.append(text, i, length);
    i += length;
  }
  return clean;
}

}  // namespace cecropia
