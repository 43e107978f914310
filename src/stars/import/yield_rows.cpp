#include "cecropia/stars/yield_rows.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cmath>

#include "text.hpp"

namespace cecropia::stars {
namespace {

constexpr double heaviest_msun = 1e4;
enum Column { z, m, energy, remnant, metals, hydrogen, helium, n_columns };
constexpr std::array<std::string_view, n_columns> names{"Z", "M", "E_1e51erg", "Mrem", "metals_total", "H", "He"};

std::array<std::size_t, n_columns> places_in(const std::vector<std::string_view>& header, const text::Place& where) {
  std::array<std::size_t, n_columns> places{};
  for (std::size_t c = 0; c < n_columns; ++c) {
    while (places[c] < header.size() && header[places[c]] != names[c]) ++places[c];
    if (places[c] == header.size())
      text::refuse(where, fmt::format("a table of yields without the column '{}'", names[c]),
                   fmt::format("a header with {}", fmt::join(names, ", ")),
                   "name the columns, or restore params/yields from the program's source");
  }
  return places;
}

}  // namespace

std::vector<YieldRow> parse_yield_rows(const std::string& file_name, std::string_view content) {
  std::vector<YieldRow> rows;
  std::size_t n_fields = 0;
  std::array<std::size_t, n_columns> places{};
  for (const text::Line& line : text::lines_of(content)) {
    if (text::is_comment(line.text)) continue;
    const text::Place where{file_name, line.row};
    const auto fields = text::comma_fields(line.text);
    if (n_fields == 0) {
      places = places_in(fields, where);
      n_fields = fields.size();
      continue;
    }
    if (fields.size() != n_fields)
      text::refuse(where, fmt::format("{} fields in a table of yields", fields.size()),
                   fmt::format("{} fields, as the header has", n_fields), "complete the line or remove it");
    const auto place = [&](Column c) { return text::Place{file_name, line.row, std::string(names[c])}; };
    const auto amount = [&](Column c) { return text::amount(fields[places[c]], place(c)).value; };
    const auto net = [&](Column c) { return text::number(fields[places[c]], place(c)).value; };
    YieldRow row{amount(z), amount(m), amount(energy), amount(remnant), net(metals), 0.0};
    row.listed_msun = row.metals_msun + net(hydrogen) + net(helium);
    if (row.m_remnant_msun > row.m_msun)
      text::refuse(place(remnant), fmt::format("a remnant of {} Msun of a star of {}", row.m_remnant_msun, row.m_msun),
                   "a remnant no heavier than its star", "correct the number");
    if (row.z > 1.0)
      text::refuse(place(z), fmt::format("a metallicity of {}", row.z), "a mass fraction, 0 to 1",
                   "correct the number");
    if (!(row.m_msun > 0.0 && row.m_msun <= heaviest_msun))
      text::refuse(place(m), fmt::format("a star of {} Msun", row.m_msun),
                   fmt::format("masses above 0 and up to {} Msun", heaviest_msun), "check the unit of the masses");
    for (const Column c : {metals, hydrogen, helium})
      if (std::abs(net(c)) > row.m_msun)
        text::refuse(place(c), fmt::format("{} Msun of a star of {}", net(c), row.m_msun),
                     "no more than the star weighs, made or consumed", "check the unit of the yields (Msun)");
    rows.push_back(row);
  }
  if (rows.empty())
    text::refuse({file_name}, "a table of yields without a star", "a header and at least one row",
                 "restore params/yields from the program's source");
  return rows;
}

std::vector<YieldRow> read_yield_rows(const std::filesystem::path& file) {
  return parse_yield_rows(file.string(), text::read(file));
}

}  // namespace cecropia::stars
