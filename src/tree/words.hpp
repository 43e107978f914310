#pragma once
// Private to the readers of text: words of a line, and how they are shown in messages.
#include <cctype>
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

/// A quotation for messages: what stands there, shortened, without bytes that would upset a terminal.
inline std::string quote(std::string_view word) {
  std::string out;
  for (const char c : word.substr(0, 40)) out += (c >= ' ' && c <= '~') ? c : '?';
  return "'" + out + (word.size() > 40 ? "...'" : "'");
}

}  // namespace cecropia::tree
