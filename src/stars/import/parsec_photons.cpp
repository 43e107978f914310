// Files of one star: photon rates and the end of the track.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "parsec.hpp"

namespace cecropia::stars::parsec {
namespace {

using text::Place;
using text::Printed;

std::string plain(std::string_view name) {  // "log_Q_HI" -> "logqhi"
  std::string out;
  for (const char c : text::lower(name))
    if (c != '_' && c != '(' && c != ')' && c != '[' && c != ']') out += c;
  return out;
}

struct Column {
  std::size_t index;
  std::string name;  ///< as it stands there
  bool is_log;
};

/// The header line and the columns in it.
struct Header {
  std::size_t row = 0;
  std::vector<std::string_view> names;

  std::optional<Column> find(std::initializer_list<std::string_view> wanted) const {
    for (std::size_t i = 0; i < names.size(); ++i) {
      std::string name = plain(names[i]);
      const bool is_log = text::starts_with(name, "log");
      if (is_log) name.erase(0, name.size() > 5 && text::starts_with(name, "log10") ? 5 : 3);
      if (std::find(wanted.begin(), wanted.end(), name) != wanted.end())
        return Column{i, std::string(names[i]), is_log};
    }
    return std::nullopt;
  }
};

/// The first line that is neither comment nor blank nor begins with a number; without it the last comment before the
/// numbers, if it has a word for each of them.
Header header_in(const std::string& file, const std::vector<text::Line>& lines) {
  Header comment;
  for (const text::Line& line : lines) {
    std::vector<std::string_view> words = text::words_of(line.text);
    if (words.empty()) continue;
    if (words.front().front() == '#') {
      const std::string_view trimmed = text::trim(line.text);
      comment = {line.row, text::words_of(trimmed.substr(std::min(trimmed.find_first_not_of('#'), trimmed.size())))};
      continue;
    }
    Printed first;
    if (!text::parse(words.front(), first)) return {line.row, std::move(words)};
    if (comment.row > 0 && comment.names.size() == words.size()) return comment;
    break;
  }
  text::refuse({file}, "no line names the columns", "a line of names before the numbers",
               "get the file anew; columns go by their names");
}

struct Age {
  Column column;
  double myr = 0;  ///< of one unit; 0: not named
};

Age age_in(const std::string& file, const Header& header) {
  for (const auto& [name, myr] : {std::pair("agemyr", 1.0), std::pair("timemyr", 1.0), std::pair("ageyr", 1e-6),
                                  std::pair("timeyr", 1e-6), std::pair("age", 0.0), std::pair("time", 0.0)})
    if (const auto column = header.find({name}); column && !column->is_log) return {*column, myr};
  text::refuse({file, header.row}, "no column of ages", "a column AGE", "get the file anew; columns go by their names");
}

/// Years or Myr: whichever makes the last age a life of such a star.
double age_unit_myr(const Age& age, double last, double m, double z, const Place& place) {
  constexpr double leeway = 5.0;
  const double expected = lifetime_myr(m, z);
  for (const double unit : age.myr > 0 ? std::vector{age.myr} : std::vector{1.0, 1e-6})
    if (last * unit > expected / leeway && last * unit < expected * leeway) return unit;
  text::refuse(place,
               fmt::format("the last age {} is {} a life of {} Msun, Z = {}", last,
                           age.myr > 0 ? "not" : "neither in years nor in Myr", m, z),
               fmt::format("about {:.3g} Myr", expected),
               "the file is cut, belongs to another star, or has another unit");
}

std::vector<std::string_view> cells_of(const std::string& file, const text::Line& line, const Header& header) {
  std::vector<std::string_view> words = text::words_of(line.text);
  if (words.size() != header.names.size())
    text::refuse({file, line.row}, fmt::format("the row has {} values", words.size()),
                 fmt::format("{} values, as row {} names columns", header.names.size(), header.row),
                 "the line was cut: get the file anew");
  return words;
}

bool is_content(const text::Line& line, const Header& header) {
  const std::string_view t = text::trim(line.text);
  return line.row > header.row && !t.empty() && t.front() != '#';
}

}  // namespace

Photons parse_photons(const std::string& file, std::string_view all, double m, double z,
                      std::optional<double> known_life_myr) {
  const std::vector<text::Line> lines = text::lines_of(all);
  const Header header = header_in(file, lines);
  const Age age = age_in(file, header);
  const std::optional<Column> hydrogen = header.find({"qhi", "qh", "qh1", "qh0", "nhi"});
  const std::optional<Column> werner = header.find({"qwerner", "qlw", "qlymanwerner"});
  if (!hydrogen)
    text::refuse({file, header.row},
                 fmt::format("no column of hydrogen-ionising photons among {}", fmt::join(header.names, " ")),
                 "a column QHI", "get the file anew; columns go by their names");
  struct Moment {
    double age, q, above_lw;
    std::size_t row;
  };
  std::vector<Moment> moments;
  double largest[2] = {0, 0};
  for (const text::Line& line : lines) {
    if (!is_content(line, header)) continue;
    const std::vector<std::string_view> words = cells_of(file, line, header);
    const auto value = [&](const Column& c) {
      const Place place{file, line.row, c.name};
      return c.is_log ? text::number(words[c.index], place).value : text::amount(words[c.index], place).value;
    };
    Moment now{value(age.column), value(*hydrogen), werner ? value(*werner) : 0.0, line.row};
    if (!moments.empty() && now.age < moments.back().age)
      text::refuse({file, line.row, age.column.name},
                   fmt::format("the age falls from {} to {}", moments.back().age, now.age), "ages that never fall",
                   "get the file anew");
    largest[0] = std::max(largest[0], now.q);
    largest[1] = std::max(largest[1], now.above_lw);
    moments.push_back(now);
  }
  if (moments.size() < 2)
    text::refuse({file}, fmt::format("{} moments of a life are in it", moments.size()), "two or more",
                 "get the file anew");
  // A name without "log" may still hold logarithms: no star emits as few as 100 photons per second at its best.
  constexpr double largest_logarithm = 100.0;
  const bool is_log[2] = {hydrogen->is_log || largest[0] < largest_logarithm,
                          werner && (werner->is_log || largest[1] < largest_logarithm)};
  for (Moment& now : moments) {
    if (is_log[0]) now.q = std::pow(10.0, now.q);
    if (is_log[1]) now.above_lw = std::pow(10.0, now.above_lw);
    if (werner && now.above_lw < now.q * (1.0 - 1e-6))
      text::refuse({file, now.row, werner->name}, "fewer photons above 11.2 eV than above 13.6 eV",
                   "photons above a limit, more of them for the lower one", "get the file anew");
  }
  const double unit = age_unit_myr(age, moments.back().age, m, z, {file, moments.back().row, age.column.name});
  Photons photons;
  photons.life_myr = moments.back().age * unit;
  const double life = std::max(known_life_myr.value_or(0.0), photons.life_myr);
  // The first moment stands for what was before it, the last one for what is left of the life.
  double q = moments.front().age * unit * moments.front().q,
         above_lw = moments.front().age * unit * moments.front().above_lw;
  q += (life - photons.life_myr) * moments.back().q;
  above_lw += (life - photons.life_myr) * moments.back().above_lw;
  for (std::size_t i = 1; i < moments.size(); ++i) {
    const double half = 0.5 * (moments[i].age - moments[i - 1].age) * unit;
    q += half * (moments[i].q + moments[i - 1].q);
    above_lw += half * (moments[i].above_lw + moments[i - 1].above_lw);
  }
  photons.q_per_s = q / life;
  photons.q_column = hydrogen->name;
  if (werner) photons.lw_column = werner->name;
  if (werner) photons.q_lw_per_s = std::max(0.0, above_lw - q) / life;
  return photons;
}

double parse_track_life_myr(const std::string& file, std::string_view all, double m, double z) {
  const std::vector<text::Line> lines = text::lines_of(all);
  const Header header = header_in(file, lines);
  const Age age = age_in(file, header);
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    if (!is_content(*line, header)) continue;
    const Place place{file, line->row, age.column.name};
    const double last = text::amount(cells_of(file, *line, header)[age.column.index], place).value;
    return last * age_unit_myr(age, last, m, z, place);
  }
  text::refuse({file}, "the track has no moment", "a life from birth to end", "get the file anew");
}

}  // namespace cecropia::stars::parsec
