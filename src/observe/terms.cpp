#include "cecropia/observe/terms.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "cecropia/core/error.hpp"
#include "cecropia/observe/parameters.hpp"
#include "csv.hpp"

namespace cecropia::observe {

namespace {

/// Names of likelihoods that the program has of its own, or of means that its tools form.
constexpr std::array<std::string_view, 9> taken{"all", "csfh", "sfrd", "csmd",      "mzsfr",
                                                "fmr", "mzr",  "shmr", "csfh_mzsfr"};

bool is_name(std::string_view s) {
  const auto small = [](char c) { return c >= 'a' && c <= 'z'; };
  return !s.empty() && small(s.front()) &&
         std::all_of(s.begin(), s.end(), [&](char c) { return small(c) || (c >= '0' && c <= '9') || c == '_'; });
}

Use use_of(const CsvTable& index, std::size_t row) {
  const std::string& word = index.text(row, "use");
  std::vector<std::string_view> words;
  for (const auto& n : use_names) {
    if (n.name == word) return n.value;
    words.push_back(n.name);
  }
  throw InputError({fmt::format("'{}' is no use of observations", word), index.where(row),
                    fmt::format("one of: {}", fmt::join(words, ", ")),
                    "likelihood enters L_all, report is compared beside it, figure is drawn only"});
}

}  // namespace

std::vector<Term> terms_of_index(const std::string& path, const std::string& text) {
  const CsvTable index(path, text);
  std::vector<Term> terms;
  for (std::size_t row = 0; row < index.n_records(); ++row) {
    Term term;
    term.name = index.text(row, "name");
    term.file = index.text(row, "file");
    term.quantity = index.text(row, "quantity");
    term.abundance = index.text(row, "abundance");
    term.use = use_of(index, row);
    term.where = index.where(row);
    if (!is_name(term.name))
      throw InputError({fmt::format("'{}' cannot be the name of observations", term.name), term.where,
                        "small letters, digits and _, a letter first", "rename it"});
    const auto same = [&](const Term& t) { return t.name == term.name; };
    if (std::find(taken.begin(), taken.end(), term.name) != taken.end() ||
        std::any_of(terms.begin(), terms.end(), same))
      throw InputError({fmt::format("the name '{}' of observations is taken", term.name), term.where,
                        fmt::format("a name that stands once, and none of: {}", fmt::join(taken, ", ")), "rename it"});
    if (term.file.empty() || term.file.front() == '.' || term.file.find_first_of("/\\") != std::string::npos)
      throw InputError({fmt::format("'{}' is no file in the folder of the observations", term.file), term.where,
                        "the name of a file beside the index, without a path",
                        "copy the file into the folder and name it"});
    terms.push_back(std::move(term));
  }
  return terms;
}

std::vector<MagnitudeBin> magnitude_bins(const std::vector<Term>& terms) {
  std::set<MagnitudeBin> bins;
  for (const Term& term : terms)
    for (const TermPoint& p : term.points)
      if (p.bin) bins.insert(*p.bin);
  return {bins.begin(), bins.end()};
}

std::string column_of(const MagnitudeBin& bin) {
  return fmt::format("uvlf_m_uv_{:.12g}_width_{:.12g}_per_mag_cmpc3", bin.m_uv_ab, bin.width_mag);
}

void add_points(Term& term, const std::string& path, const std::string& text) {
  const CsvTable table(path, text);
  if (term.use == Use::figure) return;  // tools draw it; here it need only be a table
  term.in_log10 = table.has("log10_value");
  if (term.in_log10 == table.has("value"))
    throw InputError({term.in_log10 ? "both 'value' and 'log10_value' are columns" : "there is no column of values",
                      path,
                      "either 'value' with 'err_lo' and 'err_hi', or 'log10_value' with 'err_lo_dex' and 'err_hi_dex'",
                      "name the column of the measurements; use = figure takes other tables"});
  const char* const value = term.in_log10 ? "log10_value" : "value";
  const char* const lo = term.in_log10 ? "err_lo_dex" : "err_lo";
  const char* const hi = term.in_log10 ? "err_hi_dex" : "err_hi";
  const double most = term.in_log10 ? 300 : 1e300, smallest = term.in_log10 ? 1e-6 : 1e-300;
  const bool has_bins = term.quantity == luminosity_function;
  if (has_bins && !table.has("m_uv_ab"))
    throw InputError({"a luminosity function has no column of magnitudes", path,
                      "'m_uv_ab', the middle of each bin, and 'width_mag' if that is not 1",
                      "name the column of the magnitudes"});
  for (std::size_t i = 0; i < table.n_records(); ++i) {
    if (table.has("limit") && (table.text(i, "limit") == "<" || table.text(i, "limit") == ">")) continue;  // is drawn
    TermPoint p;
    if (has_bins) {
      p.bin.emplace();
      p.bin->m_uv_ab = table.number(i, "m_uv_ab", -40, 0);
      if (table.has("width_mag")) p.bin->width_mag = table.number(i, "width_mag", 0.01, 10);
    }
    p.z = table.number(i, "z", 0, 100);
    p.value = table.number(i, value, -most, most);
    p.err_lo = table.number(i, lo, smallest, most);
    p.err_hi = table.number(i, hi, smallest, most);
    if (table.has("window_myr") && !table.text(i, "window_myr").empty())
      p.window_myr = table.number(i, "window_myr", 0, 1e5);
    if (p.window_myr > 0 && p.window_myr < smallest_window_myr)
      throw InputError({fmt::format("'{}' cannot be compared with a mean over {:g} Myr, column 'window_myr'", term.name,
                                    p.window_myr),
                        table.where(i), fmt::format("at least {:g} Myr, or none", smallest_window_myr),
                        "leave window_myr empty to compare with the column as it is"});
    if (table.has("reference")) p.reference = table.text(i, "reference");
    const std::string& unit = table.text(i, "unit");
    if (term.points.empty()) {
      term.unit = unit;
      term.unit_where = table.where(i);
    } else if (unit != term.unit) {
      throw InputError({fmt::format("the unit '{}' is not '{}', that of the lines above", unit, term.unit),
                        table.where(i), "one unit in a file", "convert the numbers, or make two files"});
    }
    term.points.push_back(std::move(p));
  }
}

}  // namespace cecropia::observe
