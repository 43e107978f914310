#include "cecropia/core/closest.hpp"

#include <algorithm>
#include <cctype>

namespace cecropia {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  const auto same = [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
  };
  std::vector<std::size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (same(a[i - 1], b[j - 1]) ? 0u : 1u)});
      if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]))
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(above);
    above.swap(row);
  }
  return above[b.size()];
}

std::optional<std::string> closest(std::string_view given, const std::vector<std::string>& names) {
  std::optional<std::string> best;
  std::size_t nearest = std::max<std::size_t>(2, given.size() / 3) + 1;
  for (const std::string& name : names) {
    const std::size_t distance = edit_distance(given, name);
    if (distance < nearest && distance < name.size()) {
      nearest = distance;
      best = name;
    }
  }
  if (best || given.size() < 3) return best;
  for (const std::string& name : names)  // a name that goes on, as where its unit was forgotten
    if (name.size() > given.size() && name[given.size()] == '_' &&
        edit_distance(given, name.substr(0, given.size())) == 0)
      return name;
  return std::nullopt;
}

}  // namespace cecropia
