#include "cecropia/stars/imf_table.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

#include "cecropia/core/error.hpp"
#include "cecropia/io/atomic_file.hpp"
#include "cecropia/io/hash.hpp"

namespace cecropia::stars {
namespace {

constexpr std::array<std::string_view, 2> columns{"m_msun", "dn_dm_per_msun"};
constexpr const char* layout =
    "the header 'm_msun, dn_dm_per_msun', then one node per line: a mass [Msun] and the "
    "number of stars per mass interval [1/Msun, any normalisation]";
constexpr double lowest_msun = 1e-3, highest_msun = 600.0;  // the range of the parameters and of the stellar tables

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

std::string_view trimmed(std::string_view s) {
  while (!s.empty() && is_blank(s.front())) s.remove_prefix(1);
  while (!s.empty() && is_blank(s.back())) s.remove_suffix(1);
  return s;
}

/// Fields of a line, cut at commas if there is one, else at blanks.
std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> fields;
  const bool commas = line.find(',') != std::string_view::npos;
  for (line = trimmed(line);;) {
    const std::size_t end = commas ? line.find(',') : line.find_first_of(" \t");
    fields.push_back(trimmed(line.substr(0, end)));
    if (end == std::string_view::npos) return fields;
    line.remove_prefix(end + 1);
    if (!commas) line = trimmed(line);
  }
}

double number(std::string_view field, const std::string& where) {
  double value = 0.0;
  const char* const end = field.data() + field.size();
  const char* const begin = field.data() + (!field.empty() && field.front() == '+' ? 1 : 0);
  const auto [stop, error] = std::from_chars(begin, end, value);
  if (error != std::errc() || stop != end || !std::isfinite(value))
    throw InputError({fmt::format("'{}' in the table of an IMF is not a finite number", field), where,
                      "a number like 0.08 or 1.2e-3", "correct the number"});
  return value;
}

}  // namespace

ImfTable parse_imf(std::string_view text, const std::string& file_name) {
  ImfTable table;
  table.source = file_name;
  bool has_header = false;
  for (std::size_t n = 1; !text.empty(); ++n) {
    const std::size_t end = text.find('\n');
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty() || line.front() == '#') continue;
    const std::string here = fmt::format("{}, line {}", file_name, n);
    const auto at = [&](std::size_t c) { return fmt::format("{}, column {} ({})", here, c + 1, columns[c]); };
    const auto fields = fields_of(line);
    if (!has_header)
      for (std::size_t c = 0; c < columns.size(); ++c)
        if (c >= fields.size() || fields[c] != columns[c])
          throw InputError({fmt::format("the header of the table of an IMF says '{}'",
                                        c < fields.size() ? fields[c] : std::string_view("nothing")),
                            at(c), layout, "name the two columns, and convert the numbers to these units"});
    if (fields.size() != columns.size())
      throw InputError({fmt::format("{} fields in a line of the table of an IMF", fields.size()), here, layout,
                        "give two fields in every line"});
    if (!has_header) {
      has_header = true;
      continue;
    }
    const double m = number(fields[0], at(0)), density = number(fields[1], at(1));
    if (!(m >= lowest_msun && m <= highest_msun))
      throw InputError({fmt::format("a node of an IMF lies at {} Msun", m), at(0),
                        fmt::format("a mass in [{}, {}] Msun", lowest_msun, highest_msun),
                        "convert the masses to Msun, or end the table there"});
    if (!table.m_msun.empty() && !(m > table.m_msun.back()))
      throw InputError({fmt::format("masses of an IMF do not ascend: {} after {} Msun", m, table.m_msun.back()), at(0),
                        "ascending masses without repetition", "sort the nodes by mass and remove repeated ones"});
    if (!(density > 0.0))
      throw InputError({fmt::format("dN/dm of an IMF is {} at {} Msun", density, m), at(1), "a positive number",
                        "end the table at the last mass that has stars (nodes are joined by power laws)"});
    table.m_msun.push_back(m);
    table.dn_dm.push_back(density);
  }
  if (table.m_msun.size() < 2)
    throw InputError({fmt::format("the table of an IMF has {} nodes", table.m_msun.size()), file_name,
                      fmt::format("at least two nodes; {}", layout), "add nodes"});
  return table;
}

std::uint64_t ImfTable::content_hash() const {
  std::string content;
  for (std::size_t i = 0; i < m_msun.size(); ++i) content += fmt::format("{:a};{:a};", m_msun[i], dn_dm[i]);
  return io::hash64(content);
}

std::string read_imf_text(const std::filesystem::path& file) {
  constexpr std::uintmax_t largest = 16u << 20;
  const auto refuse = [&](const std::string& why) {
    throw InputError({fmt::format("the table of an IMF cannot be used: {}", why), file.string(),
                      "a readable text file of at most 16 MiB", "check the path in stars.imf2_file or imf3_file"});
  };
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) refuse("there is no such file");
  if (std::filesystem::file_size(file, error) > largest) refuse("it is larger than 16 MiB");
  std::string text = io::read_file(file);
  if (text.empty()) refuse("it is empty");
  return text;
}

}  // namespace cecropia::stars
