#include "csv.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "cecropia/core/byte_order_mark.hpp"
#include "cecropia/core/closest.hpp"
#include "text.hpp"

namespace cecropia::stars::csv {
namespace {

using text::Place;
using text::Printed;

struct Quantity {
  const char* name;
  std::optional<double> ProductStar::*value;
  double Star::*of_star;
  bool is_log;  ///< may be -inf: no light
};
constexpr Quantity quantities[] = {
    {"lifetime_myr", &ProductStar::lifetime_myr, &Star::lifetime_myr, false},
    {"log10_q_per_s", &ProductStar::log10_q_per_s, &Star::log10_q_per_s, true},
    {"log10_q_lw_per_s", &ProductStar::log10_q_lw_per_s, &Star::log10_q_lw_per_s, true},
    {"log10_l_uv_erg_s_hz", &ProductStar::log10_l_uv_erg_s_hz, &Star::log10_l_uv_erg_s_hz, true},
    {"m_fin_msun", &ProductStar::m_fin_msun, &Star::m_fin_msun, false},
    {"m_he_msun", &ProductStar::m_he_msun, &Star::m_he_msun, false},
    {"m_co_msun", &ProductStar::m_co_msun, &Star::m_co_msun, false},
    {"f_fallback", &ProductStar::f_fallback, &Star::f_fallback, false},
    {"m_rem_gravitational_msun", &ProductStar::m_rem_gravitational_msun, &Star::m_rem_gravitational_msun, false},
    {"e_sn_erg", &ProductStar::e_sn_erg, &Star::e_sn_erg, false},
};

/// Columns of the end, in the order they are written: fate, remnant, new metals, ejecta.
constexpr const char* new_metals_columns[] = {"wind_new_metals_msun", "sn_new_metals_msun"};
const std::vector<std::string>& end_columns() {
  static const std::vector<std::string> columns = [] {
    std::vector<std::string> names{"fate", "m_rem_baryonic_msun"};
    for (const char* from : {"wind", "sn"})
      for (const std::string_view slot : slot_names) names.push_back(fmt::format("{}_{}_msun", from, slot));
    return names;
  }();
  return columns;
}

std::vector<std::string> all_columns() {
  std::vector<std::string> names{"z", "m_msun"};
  for (const Quantity& q : quantities) names.emplace_back(q.name);
  const std::vector<std::string>& end = end_columns();
  names.insert(names.end(), end.begin(), end.begin() + 2);
  for (const char* name : new_metals_columns) names.emplace_back(name);
  names.insert(names.end(), end.begin() + 2, end.end());
  return names;
}

/// "lifetime" of "lifetime_myr": the name without its unit.
std::string_view stem(std::string_view name) { return name.substr(0, name.rfind('_')); }

using Header = std::map<std::string, std::size_t>;

Header read_header(const std::string& file, const text::Line& line) {
  const std::vector<std::string> known = all_columns();
  Header header;
  const std::vector<std::string_view> fields = text::comma_fields(line.text);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::string name(fields[i]);
    const Place place{file, line.row, name};
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      for (const std::string& k : known)
        if (stem(k) == name)
          text::refuse(place, fmt::format("column {} names no unit", text::quote(name)), fmt::format("'{}'", k),
                       "convert the numbers to this unit and rename the column");
      for (const std::string& k : known)
        if (stem(k) == stem(name) && k != name)
          text::refuse(place, fmt::format("column {} has another unit", text::quote(name)), fmt::format("'{}'", k),
                       "convert the numbers and rename the column");
      const auto near = closest(name, known);
      text::refuse(place, fmt::format("column {} is unknown", text::quote(name)),
                   fmt::format("columns out of: {}", fmt::join(known, ", ")),
                   near ? fmt::format("remove the column, or rename it: did you mean '{}'?", *near)
                        : std::string("remove or rename the column"));
    }
    if (!header.emplace(name, i).second)
      text::refuse(place, fmt::format("column {} stands there twice", text::quote(name)), "every column once",
                   "remove one of them");
  }
  std::vector<std::string> needed{"z", "m_msun"};
  const std::vector<std::string>& end = end_columns();
  if (std::any_of(end.begin(), end.end(), [&](const std::string& name) { return header.count(name) > 0; }))
    needed.insert(needed.end(), end.begin(), end.end());
  for (const std::string& name : needed)
    if (header.count(name) == 0)
      text::refuse({file, line.row, name}, fmt::format("column '{}' is missing", name),
                   "z, m_msun, and the columns of the end (fate, remnant, ejecta of 12 slots) all or none",
                   "add the column; 'cecropia tables export' shows the whole layout");
  return header;
}

class Row {
 public:
  Row(const std::string& file, std::size_t row, const Header& header, std::vector<std::string_view> fields)
      : file_(file), row_(row), header_(header), fields_(std::move(fields)) {}

  Place place(const std::string& column) const { return {file_, row_, column}; }
  /// The cell, or nothing if the column is not there or the cell is empty.
  std::optional<std::string_view> cell(const std::string& column) const {
    const auto found = header_.find(column);
    if (found == header_.end() || fields_[found->second].empty()) return std::nullopt;
    return fields_[found->second];
  }
  std::string_view needed(const std::string& column) const {
    const auto word = cell(column);
    if (!word)
      text::refuse(place(column), "the cell is empty", "a value",
                   "fill it in, or leave all cells of the end (fate, remnant, ejecta) empty");
    return *word;
  }

 private:
  const std::string& file_;
  std::size_t row_;
  const Header& header_;
  std::vector<std::string_view> fields_;
};

std::optional<End> read_end(const Row& row, double z, ProductStar& star) {
  const std::vector<std::string>& names = end_columns();
  if (std::none_of(names.begin(), names.end(), [&](const std::string& name) { return row.cell(name).has_value(); }))
    return std::nullopt;
  End end;
  const std::string_view fate = row.needed("fate");
  const auto found = std::find(fate_names.begin(), fate_names.end(), fate);
  if (found == fate_names.end())
    text::refuse(row.place("fate"), fmt::format("the fate {} is unknown", text::quote(fate)),
                 fmt::format("one of: {}", fmt::join(fate_names, ", ")), "correct the cell");
  end.fate = static_cast<Fate>(found - fate_names.begin());
  const auto take = [&](const std::string& column, double& target) {
    const Printed n = text::amount(row.needed(column), row.place(column));
    target = n.value;
    star.printed_precision_msun += n.half_unit;
  };
  take("m_rem_baryonic_msun", end.m_rem_baryonic_msun);
  for (std::size_t i = 0; i < n_slots; ++i) {
    take(names[2 + i], end.wind_msun[i]);
    take(names[2 + n_slots + i], end.sn_msun[i]);
  }
  double* const new_metals[] = {&end.wind_new_metals_msun, &end.sn_new_metals_msun};
  for (std::size_t i = 0; i < 2; ++i) {
    const Elements& ejecta = i == 0 ? end.wind_msun : end.sn_msun;
    const std::string name = new_metals_columns[i];
    *new_metals[i] = row.cell(name) ? text::amount(row.needed(name), row.place(name)).value
                                    : std::max(0.0, metals_in(ejecta) - z * total(ejecta));
  }
  return end;
}

}  // namespace

bool is_mine(std::string_view all) {
  for (const text::Line& line : text::lines_of(all.substr(0, 65536)))
    if (!text::is_comment(line.text)) {
      const auto fields = text::comma_fields(line.text);
      const auto has = [&](std::string_view name) {
        return std::find(fields.begin(), fields.end(), name) != fields.end();
      };
      return fields.size() > 2 && (has("m_msun") || has("lifetime_myr"));
    }
  return false;
}

void explain(const std::string& file, std::string_view all) {
  if (text::trim(all).empty()) text::refuse({file}, "the file is empty", "a product", "get the file anew");
  if (without_byte_order_mark(all).size() < all.size())
    text::refuse({file, 1}, "the file begins with a byte-order mark", "plain text (UTF-8 without the mark)",
                 "save it without: sed -i '1s/^\\xEF\\xBB\\xBF//' FILE");
  for (const text::Line& line : text::lines_of(all.substr(0, 65536))) {
    if (text::is_comment(line.text)) continue;
    const std::string_view t = line.text;
    const bool names = t.find("m_msun") != std::string_view::npos || t.find("lifetime_myr") != std::string_view::npos;
    if (names && t.find('"') != std::string_view::npos)
      text::refuse({file, line.row}, "the names of the columns stand in quotation marks", "names without them",
                   "remove the quotation marks: sed -i 's/\"//g' FILE");
    for (const auto& [mark, name] : {std::pair(';', "semicolons"), std::pair('\t', "tabulators")})
      if (names && t.find(mark) != std::string_view::npos)
        text::refuse({file, line.row}, fmt::format("the columns are separated by {}", name), "commas",
                     "write commas instead (and points in the numbers)");
    text::Printed first;
    const std::vector<std::string_view> fields = text::comma_fields(t);
    if (fields.size() > 2 && text::parse(fields.front(), first))
      text::refuse({file, line.row}, "there are numbers, and no line that names the columns",
                   "a line such as z,m_msun,lifetime_myr first", "add it; 'cecropia tables export' shows the layout");
    return;
  }
}

Product parse(const std::string& file, std::string_view all) {
  explain(file, all);
  Product product;
  product.format = "csv";
  product.source = "comma-separated values";
  product.files = {file};
  Header header;
  std::size_t header_row = 0, n_columns = 0;
  for (const text::Line& line : text::lines_of(all)) {
    if (text::is_comment(line.text)) continue;
    if (header_row == 0) {
      header = read_header(file, line);
      header_row = line.row;
      n_columns = text::comma_fields(line.text).size();
      continue;
    }
    std::vector<std::string_view> fields = text::comma_fields(line.text);
    if (fields.size() != n_columns)
      text::refuse({file, line.row}, fmt::format("the row has {} cells", fields.size()),
                   fmt::format("{} cells, as the header in row {}", n_columns, header_row),
                   "the line was cut or a comma is missing: repair it, or get the file anew");
    const Row row(file, line.row, header, std::move(fields));
    ProductStar star;
    star.where = Place{file, line.row}.text();
    star.columns_have_names = true;
    star.lifetime_where = row.place("lifetime_myr").text();
    star.z = text::amount(row.needed("z"), row.place("z")).value;
    const Printed m = text::amount(row.needed("m_msun"), row.place("m_msun"));
    star.m_msun = m.value;
    star.printed_precision_msun = m.half_unit;
    for (const Quantity& q : quantities) {
      const auto word = row.cell(q.name);
      if (!word) continue;
      const Place place = row.place(q.name);
      if (q.is_log && *word == "-inf")
        star.*q.value = -std::numeric_limits<double>::infinity();
      else
        star.*q.value = q.is_log ? text::number(*word, place).value : text::amount(*word, place).value;
    }
    star.end = read_end(row, star.z, star);
    product.stars.push_back(std::move(star));
  }
  if (product.stars.empty())
    text::refuse({file}, "there is no star in it", "a header and at least one row", "check the path");
  return product;
}

std::string write(const Tables& tables) {
  std::string out = fmt::format("# Stellar tables: {}\n", tables.source());
  out +=
      "# One row per star. Units stand in the names; z: mass fraction of metals at birth; log10_*: lifetime averages; "
      "m_fin, m_he, m_co: mass and cores at the end; wind_*, sn_*: gross ejecta by slot.\n";
  out += fmt::format("{}\n", fmt::join(all_columns(), ","));
  for (const Star& s : tables.stars()) {
    out += fmt::format("{},{}", s.z, s.m_msun);
    for (const Quantity& q : quantities) out += fmt::format(",{}", s.*q.of_star);
    out += fmt::format(",{},{},{},{}", fate_names[static_cast<std::size_t>(s.fate)], s.m_rem_baryonic_msun,
                       s.wind_new_metals_msun, s.sn_new_metals_msun);
    for (const Elements* e : {&s.wind_msun, &s.sn_msun})
      for (double x : *e) out += fmt::format(",{}", x);
    out += '\n';
  }
  return out;
}

}  // namespace cecropia::stars::csv
