#pragma once
// Private to the readers of text: words of a line, and how they are shown in messages.
#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace cecropia::tree {

inline std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

inline bool is_blank(char c) { return static_cast<unsigned char>(c) <= ' '; }

inline std::string_view trim(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// The next word at or after `p`; `p` moves behind it. Empty at the end.
inline std::string_view next_word(const char*& p, const char* end) {
  while (p != end && is_blank(*p)) ++p;
  const char* const begin = p;
  while (p != end && !is_blank(*p)) ++p;
  return {begin, static_cast<std::size_t>(p - begin)};
}

/// "Mvir(10)" -> "Mvir"; "A[x](500c)" stays: only numbers are positions.
inline std::string_view without_position(std::string_view name) {
  if (name.size() < 3 || name.back() != ')') return name;
  const std::size_t open = name.rfind('(');
  if (open == std::string_view::npos || open == 0 || open + 2 > name.size() - 1) return name;
  for (std::size_t i = open + 1; i + 1 < name.size(); ++i)
    if (name[i] < '0' || name[i] > '9') return name;
  return name.substr(0, open);
}

/// The next line of `text`, which moves behind it; the last one may lack its line end.
inline std::string_view next_line(std::string_view& text) {
  const std::size_t n = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, n);
  text.remove_prefix(std::min(n + 1, text.size()));
  return line;
}

/// Calls take(line, offset) for every line of `block`, which begins at byte `offset` of its text; a last line without
/// line end is handed to cut(line, offset) instead.
template <class Take, class Cut>
void for_each_line(std::string_view block, std::int64_t offset, Take&& take, Cut&& cut) {
  const char* p = block.data();
  const char* const end = p + block.size();
  while (p != end) {
    const auto* line_end = static_cast<const char*>(std::memchr(p, '\n', static_cast<std::size_t>(end - p)));
    if (line_end == nullptr) {
      cut(std::string_view(p, static_cast<std::size_t>(end - p)), offset + (p - block.data()));
      return;
    }
    take(std::string_view(p, static_cast<std::size_t>(line_end - p)), offset + (p - block.data()));
    p = line_end + 1;
  }
}

/// A quotation for messages: what stands there, shortened, without bytes that would upset a terminal.
inline std::string quote(std::string_view word) {
  std::string out;
  for (const char c : word.substr(0, 40)) out += (c >= ' ' && c <= '~') ? c : '?';
  return "'" + out + (word.size() > 40 ? "...'" : "'");
}

}  // namespace cecropia::tree
