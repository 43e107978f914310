// The first lines of a file of consistent-trees: names of columns, cosmology, box.
#include <fmt/format.h>

#include <cctype>
#include <cmath>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/consistent_trees.hpp"
#include "cecropia/tree/number.hpp"
#include "consistent_trees_share.hpp"
#include "words.hpp"

namespace cecropia::tree::consistent_trees {
namespace {

/// "key = number" anywhere in a line; the first one counts. False if the key is not there.
bool find_value(const std::string& line, std::string_view key, double& value, const std::string& path) {
  for (std::size_t at = line.find(key); at != std::string::npos; at = line.find(key, at + 1)) {
    if (at > 0 && (std::isalnum(static_cast<unsigned char>(line[at - 1])) != 0 || line[at - 1] == '_')) continue;
    std::size_t p = at + key.size();
    while (p < line.size() && is_blank(line[p])) ++p;
    if (p == line.size() || line[p] != '=') continue;
    const char* begin = line.data() + p + 1;
    std::string_view word = next_word(begin, line.data() + line.size());
    while (!word.empty() && (word.back() == ';' || word.back() == ',')) word.remove_suffix(1);
    if (!parse_number(word, value) || !std::isfinite(value))
      throw InputError({fmt::format("the header value '{}' of '{}' is {}, not a number", key, path, quote(word)),
                        fmt::format("{}, header", path), fmt::format("#... {} = <number>", key),
                        "repair the header line"});
    return true;
  }
  return false;
}

void set_once(std::optional<double>& target, double value, std::string_view key, const std::string& path) {
  if (value < (key == "Omega_L" ? 0.0 : 1e-6) || value > farthest_mpc_h)
    throw InputError({fmt::format("the header of '{}' gives {} = {}", path, key, value),
                      fmt::format("{}, header", path), "a positive number of a sensible size",
                      "repair the header line"});
  if (target && *target != value)
    throw InputError({fmt::format("the header of '{}' gives {} twice: {} and {}", path, key, *target, value),
                      fmt::format("{}, header", path), "one cosmology in one file",
                      "do not join files of different simulations"});
  target = value;
}

}  // namespace

Header read_header(std::string_view text, const std::string& path) {
  Header header;
  bool first = true;
  while (!text.empty()) {
    std::string_view line = trim(next_line(text));
    if (line.empty() || line.front() != '#') break;
    line.remove_prefix(1);
    if (first) {
      const char* p = line.data();
      for (auto word = next_word(p, line.data() + line.size()); !word.empty();
           word = next_word(p, line.data() + line.size()))
        header.columns.emplace_back(without_position(word));
      first = false;
      continue;
    }
    const std::string small = lower(line);
    double value = 0.0;
    if (find_value(small, "omega_m", value, path)) set_once(header.omega_m, value, "Omega_M", path);
    if (find_value(small, "omega_l", value, path)) set_once(header.omega_l, value, "Omega_L", path);
    if (find_value(small, "h0", value, path)) set_once(header.h, value, "h0", path);
    if (find_value(small, "box size", value, path)) set_once(header.box_mpc_h, value, "box size", path);
  }
  if (first)
    throw InputError({fmt::format("the first line of '{}' does not name columns", path),
                      fmt::format("{}, line 1", path), "a line such as: #scale(0) id(1) desc_scale(2) desc_id(3) ...",
                      "give a tree file of consistent-trees (tree_*.dat), not a halo list or a table of offsets"});
  return header;
}

}  // namespace cecropia::tree::consistent_trees
