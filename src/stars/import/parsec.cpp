#include "parsec.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace cecropia::stars::parsec {
namespace {

using text::Place;
using text::Printed;

/// "M_HE" and "Mhe" are one name.
std::string plain(std::string_view name) {
  std::string out;
  for (const char c : text::lower(name))
    if (c != '_') out += c;
  return out;
}

/// Columns besides isotopes.
enum class Fact { m, m_fin, m_he, m_co, m_rem, m_bar, fate };
std::optional<Fact> fact_of(std::string_view column) {
  static const std::map<std::string, Fact> facts{
      {"min", Fact::m},        {"mini", Fact::m},        {"mfin", Fact::m_fin},   {"mhe", Fact::m_he},
      {"mhecore", Fact::m_he}, {"mco", Fact::m_co},      {"mcocore", Fact::m_co}, {"mrem", Fact::m_rem},
      {"mbar", Fact::m_bar},   {"mrembar", Fact::m_bar}, {"snt", Fact::fate},     {"sntype", Fact::fate}};
  const auto found = facts.find(plain(column));
  return found == facts.end() ? std::nullopt : std::optional(found->second);
}

/// "C12", "HE4", "S": letters of an element, then its mass number or nothing.
bool isotope_slot(std::string_view name, Slot& slot) {
  std::size_t letters = 0;
  while (letters < name.size() && std::isalpha(static_cast<unsigned char>(name[letters])) != 0) ++letters;
  const bool is_number = std::all_of(name.begin() + static_cast<std::ptrdiff_t>(letters), name.end(),
                                     [](char c) { return c >= '0' && c <= '9'; });
  return letters > 0 && is_number && text::slot_of(name.substr(0, letters), slot);
}

/// One or two letters and a mass number: a misprint of an isotope must not be passed over.
bool looks_like_isotope(std::string_view name) {
  std::size_t letters = 0;
  while (letters < name.size() && std::isalpha(static_cast<unsigned char>(name[letters])) != 0) ++letters;
  const std::string_view number = name.substr(letters);
  return letters >= 1 && letters <= 2 && !number.empty() && number.size() <= 3 &&
         std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; });
}

struct Layout {
  std::size_t row = 0, n = 0;
  std::map<Fact, std::size_t> facts;
  std::vector<std::size_t> isotopes;  // places of the columns of EjectaFile::isotopes
};

std::vector<std::string_view> words_behind_mark(std::string_view line) {  // "# a b" and "#a b" -> a, b
  const std::string_view t = text::trim(line);
  return text::words_of(!t.empty() && t.front() == '#' ? t.substr(1) : t);
}

bool names_columns(const std::vector<std::string_view>& words) {
  const auto has = [&](Fact f) {
    return std::any_of(words.begin(), words.end(), [&](std::string_view w) { return fact_of(w) == f; });
  };
  return has(Fact::m) && has(Fact::m_fin);
}

Layout read_layout(EjectaFile& out, const text::Line& line, const std::vector<std::string_view>& words) {
  Layout layout;
  layout.row = line.row;
  layout.n = words.size();
  for (std::size_t i = 0; i < words.size(); ++i) {
    const Place place{out.file, line.row, std::string(words[i])};
    Slot slot{};
    bool is_new = true;
    if (const auto fact = fact_of(words[i])) {
      is_new = layout.facts.emplace(*fact, i).second;
    } else if (isotope_slot(words[i], slot)) {
      is_new = std::find(out.isotopes.begin(), out.isotopes.end(), words[i]) == out.isotopes.end();
      out.isotopes.emplace_back(words[i]);
      out.slots.push_back(slot);
      layout.isotopes.push_back(i);
    } else if (!looks_like_isotope(words[i])) {
      out.ignored.emplace_back(words[i]);
      continue;
    } else {
      text::refuse(place, fmt::format("the isotope {} is unknown", text::quote(words[i])),
                   "Min Mfin MHE MCO Mrem Mbar SNT and isotopes such as C12, HE4, FE",
                   "correct the name of the column");
    }
    if (!is_new) text::refuse(place, "the column stands there twice", "every column once", "get the file anew");
  }
  if (out.isotopes.empty())
    text::refuse({out.file, line.row}, "no column of an isotope", "isotopes such as C12, HE4, FE", "get the file anew");
  return layout;
}

/// The initial composition in a comment: one word per column, numbers where the isotopes are.
std::optional<double> initial_metals(const std::vector<std::string_view>& words, const Layout& layout,
                                     const EjectaFile& file) {
  if (words.size() != layout.n) return std::nullopt;
  double metals = 0, sum = 0;
  for (std::size_t i = 0; i < layout.isotopes.size(); ++i) {
    Printed x;
    if (!text::parse(words[layout.isotopes[i]], x) || !(x.value >= 0 && x.value <= 1)) return std::nullopt;
    sum += x.value;
    if (file.slots[i] != Slot::H && file.slots[i] != Slot::He) metals += x.value;
  }
  constexpr double complete = 0.9;  // a list of some isotopes misses a little
  return sum > complete && sum < 1.1 ? std::optional(metals) : std::nullopt;
}

EjectaRow read_row(const EjectaFile& out, const text::Line& line, const Layout& layout) {
  const std::vector<std::string_view> words = text::words_of(line.text);
  if (words.size() != layout.n)
    text::refuse({out.file, line.row}, fmt::format("the row has {} values", words.size()),
                 fmt::format("{} values, as row {} names columns", layout.n, layout.row),
                 "the line was cut: get the file anew");
  EjectaRow row;
  row.row = line.row;
  for (const auto& [fact, at] : layout.facts) {
    if (fact == Fact::fate) {
      row.fate = words[at];
      continue;
    }
    const char* const names[] = {"Min", "Mfin", "MHE", "MCO", "Mrem", "Mbar"};
    const Printed n = text::amount(words[at], {out.file, line.row, names[static_cast<std::size_t>(fact)]});
    if (fact == Fact::m) row.m = n;
    if (fact == Fact::m_fin) row.m_fin = n;
    if (fact == Fact::m_he) row.m_he = n;
    if (fact == Fact::m_co) row.m_co = n;
    if (fact == Fact::m_rem) row.m_rem = n;
    if (fact == Fact::m_bar) row.m_bar = n;
  }
  for (std::size_t i = 0; i < layout.isotopes.size(); ++i)
    row.isotope.push_back(text::amount(words[layout.isotopes[i]], {out.file, line.row, out.isotopes[i]}));
  return row;
}

/// Fate, or nothing where the product has none ("NOT": too light to explode).
std::optional<Fate> fate_in(const EjectaRow& row, const std::string& file) {
  std::string word = row.fate;
  for (char& c : word) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  if (word == "NOT" || word == "NONE") return std::nullopt;
  const auto found = std::find(fate_names.begin(), fate_names.end(), word);
  if (found == fate_names.end())
    text::refuse({file, row.row, "SNT"}, fmt::format("the fate {} is unknown", text::quote(row.fate)),
                 fmt::format("one of: {}, NOT", fmt::join(fate_names, ", ")), "correct the row, or get the file anew");
  return static_cast<Fate>(found - fate_names.begin());
}

/// Total minus wind, isotope by isotope; rounding of the print may leave a little less than nothing.
double terminal_msun(const Printed& total, const Printed& wind, const Place& place) {
  const double left = total.value - wind.value, rounding = (total.half_unit + wind.half_unit) * (1.0 + 1e-9);
  if (left < -rounding)
    text::refuse(place,
                 fmt::format("the winds carry {:.6g} Msun of it, the whole life only {:.6g}", wind.value, total.value),
                 "no more in winds than in all", "the files do not belong together: get them anew");
  return std::max(left, 0.0);
}

End end_of(double z, Fate fate, const EjectaRow& total, const EjectaRow& wind, const EjectaFile& file,
           const std::vector<std::size_t>& wind_column, ProductStar& star) {
  End end;
  end.fate = fate;
  end.m_rem_baryonic_msun = total.m_bar->value;
  star.printed_precision_msun = total.m.half_unit + total.m_bar->half_unit;
  for (std::size_t i = 0; i < file.isotopes.size(); ++i) {
    const auto slot = static_cast<std::size_t>(file.slots[i]);
    const Printed& w = wind.isotope[wind_column[i]];
    end.wind_msun[slot] += w.value;
    end.sn_msun[slot] += terminal_msun(total.isotope[i], w, {file.file, total.row, file.isotopes[i]});
    star.printed_precision_msun += total.isotope[i].half_unit;
  }
  const double born = file.initial_metals.value_or(z);
  double lost = 0, thrown = 0;
  for (std::size_t i = 0; i < n_slots; ++i) {
    lost += end.wind_msun[i];
    thrown += end.sn_msun[i];
  }
  end.wind_new_metals_msun = std::max(0.0, metals_in(end.wind_msun) - born * lost);
  end.sn_new_metals_msun = std::max(0.0, metals_in(end.sn_msun) - born * thrown);
  return end;
}

}  // namespace

EjectaFile parse_ejecta(const std::string& file, std::string_view all) {
  EjectaFile out;
  out.file = file;
  std::optional<Layout> layout;
  std::vector<std::vector<std::string_view>> comments;
  const std::vector<text::Line> lines = text::lines_of(all);
  for (const text::Line& line : lines) {
    const std::string_view t = text::trim(line.text);
    if (t.empty()) continue;
    if (!layout) {
      const std::vector<std::string_view> words = words_behind_mark(t);
      if (names_columns(words))
        layout = read_layout(out, line, words);
      else if (Printed first; t.front() == '#' || !text::parse(words.front(), first))
        comments.push_back(words);
      else
        text::refuse({file, line.row}, "a row stands before the names of the columns",
                     "a line with Min, Mfin, ... and isotopes first", "get the file anew; columns go by their names");
      continue;
    }
    if (t.front() == '#') continue;
    EjectaRow row = read_row(out, line, *layout);
    const double m = row.m.value;
    const auto [known, is_new] = out.rows.emplace(m, std::move(row));
    if (!is_new)
      text::refuse({file, line.row, "Min"},
                   fmt::format("the star of {} Msun stands in row {} already", m, known->second.row), "every mass once",
                   "remove one of the rows");
  }
  if (!layout || out.rows.empty())
    text::refuse({file}, "there is no star in it", "a line with Min, Mfin, ... and a row per star",
                 "get the file anew");
  for (const auto& words : comments)
    if (!out.initial_metals) out.initial_metals = initial_metals(words, *layout, out);
  return out;
}

std::vector<ProductStar> stars_of(double z, const EjectaFile& winds, const EjectaFile& total) {
  std::vector<std::size_t> wind_column;
  for (const std::string& isotope : total.isotopes) {
    const auto found = std::find(winds.isotopes.begin(), winds.isotopes.end(), isotope);
    if (found == winds.isotopes.end())
      text::refuse({winds.file, 0, isotope}, fmt::format("the column is missing, but {} has it", total.file),
                   "the same isotopes for winds and for all", "get both files anew");
    wind_column.push_back(static_cast<std::size_t>(found - winds.isotopes.begin()));
  }
  for (const auto& [m, row] : winds.rows)
    if (near_mass(total.rows, m) == total.rows.end())
      text::refuse(
          {total.file},
          fmt::format("the star of {} Msun is missing, but its winds are in row {} of {}", m, row.row, winds.file),
          "the same stars in both files", "get both files anew");
  std::vector<ProductStar> stars;
  for (const auto& [m, row] : total.rows) {
    ProductStar star;
    star.z = z;
    star.m_msun = m;
    star.where = star.lifetime_where = Place{total.file, row.row}.text();
    const std::optional<Fate> fate = fate_in(row, total.file);
    const auto wind = near_mass(winds.rows, m);
    if (fate) {
      if (!row.m_bar)
        text::refuse({total.file, 0, "Mbar"}, "the column is missing", "the baryonic mass of the remnant",
                     "get the file anew: without it the mass cannot be balanced");
      if (wind == winds.rows.end())
        text::refuse({winds.file}, fmt::format("the star of {} Msun is missing", m), "the same stars in both files",
                     "get both files anew");
      star.end = end_of(z, *fate, row, wind->second, total, wind_column, star);
      for (const auto& [quantity, column] :
           {std::pair("m_fin_msun", "Mfin"), std::pair("m_he_msun", "MHE"), std::pair("m_co_msun", "MCO"),
            std::pair("m_rem_gravitational_msun", "Mrem"), std::pair("m_rem_baryonic_msun", "Mbar")})
        star.places[quantity] = Place{total.file, row.row, column}.text();
      if (row.m_fin) star.m_fin_msun = row.m_fin->value;
      if (row.m_he) star.m_he_msun = row.m_he->value;
      if (row.m_co) star.m_co_msun = row.m_co->value;
      if (row.m_rem) star.m_rem_gravitational_msun = row.m_rem->value;
    }
    stars.push_back(std::move(star));
  }
  return stars;
}

}  // namespace cecropia::stars::parsec
