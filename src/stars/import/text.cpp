#include "text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

#include "cecropia/core/error.hpp"
#include "cecropia/io/atomic_file.hpp"

namespace cecropia::stars::text {
namespace {

bool is_blank(char c) { return static_cast<unsigned char>(c) <= ' '; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Metals without a slot, atomic numbers 9 to 92.
constexpr std::string_view other_metals[] = {
    "F",  "Na", "Al", "P",  "Cl", "Ar", "K",  "Sc", "Ti", "V",  "Cr", "Mn", "Co", "Ni", "Cu", "Zn", "Ga", "Ge", "As",
    "Se", "Br", "Kr", "Rb", "Sr", "Y",  "Zr", "Nb", "Mo", "Tc", "Ru", "Rh", "Pd", "Ag", "Cd", "In", "Sn", "Sb", "Te",
    "I",  "Xe", "Cs", "Ba", "La", "Ce", "Pr", "Nd", "Pm", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu",
    "Hf", "Ta", "W",  "Re", "Os", "Ir", "Pt", "Au", "Hg", "Tl", "Pb", "Bi", "Po", "At", "Rn", "Th", "U"};

}  // namespace

std::vector<Line> lines_of(std::string_view text) {
  std::vector<Line> lines;
  for (std::size_t row = 1; !text.empty(); ++row) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    lines.push_back({row, line});
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  std::size_t i = 0;
  while (i < line.size()) {
    while (i < line.size() && is_blank(line[i])) ++i;
    const std::size_t begin = i;
    while (i < line.size() && !is_blank(line[i])) ++i;
    if (i > begin) words.push_back(line.substr(begin, i - begin));
  }
  return words;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> comma_fields(std::string_view line) {
  std::vector<std::string_view> fields;
  while (true) {
    const std::size_t comma = line.find(',');
    fields.push_back(trim(line.substr(0, comma)));
    if (comma == std::string_view::npos) return fields;
    line.remove_prefix(comma + 1);
  }
}

bool is_comment(std::string_view line) {
  const std::string_view t = trim(line);
  return t.empty() || t.front() == '#';
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

bool starts_with(std::string_view text, std::string_view with) { return text.substr(0, with.size()) == with; }

std::string quote(std::string_view word) {
  std::string out;
  for (const char c : word.substr(0, 40)) out += (c >= ' ' && c <= '~') ? c : '?';
  return "'" + out + (word.size() > 40 ? "...'" : "'");
}

std::string Place::text() const {
  std::string out = file;
  if (row > 0) out += fmt::format(", row {}", row);
  if (!column.empty()) out += fmt::format(", column {}", quote(column));
  return out;
}

void refuse(const Place& place, const std::string& what, const std::string& expected, const std::string& fix) {
  throw InputError({"stellar product: " + what, place.text(), expected, fix});
}

bool parse(std::string_view word, Printed& number) {
  std::string plain(word);
  for (char& c : plain)
    if (c == 'D' || c == 'd') c = 'e';
  const char* begin = plain.data();
  const char* const end = begin + plain.size();
  if (begin != end && *begin == '+') ++begin;
  if (begin == end || *begin == '+') return false;
  const auto [stop, error] = std::from_chars(begin, end, number.value);
  if (error == std::errc::result_out_of_range && stop == end) {
    // Beyond the range of double: 1e-400 is as good as 0; 1e400 is no amount of anything.
    const std::size_t e = plain.find_first_of("eE");
    if (e == std::string::npos || plain.find('-', e) == std::string::npos) return false;
    number = {};
    return true;
  }
  if (error != std::errc() || stop != end) return false;
  number.half_unit = 0;
  if (!std::isfinite(number.value)) return true;
  int decimals = 0, exponent = 0;
  const std::size_t dot = plain.find('.'), e = plain.find_first_of("eE");
  if (dot != std::string::npos)
    for (std::size_t i = dot + 1; i < plain.size() && is_digit(plain[i]); ++i) ++decimals;
  if (e != std::string::npos) {
    const std::size_t from = e + 1 + (e + 1 < plain.size() && plain[e + 1] == '+' ? 1 : 0);
    std::from_chars(plain.data() + from, plain.data() + plain.size(), exponent);
  }
  if (number.value != 0) number.half_unit = 0.5 * std::pow(10.0, std::clamp(exponent - decimals, -400, 400));
  return true;
}

Printed number(std::string_view word, const Place& place) {
  Printed n;
  if (!parse(word, n) || !std::isfinite(n.value))
    refuse(place, fmt::format("{} is not a finite number", quote(word)), "a number",
           "repair the line, or get the file anew");
  return n;
}

Printed amount(std::string_view word, const Place& place) {
  const Printed n = number(word, place);
  if (n.value < 0)
    refuse(place, fmt::format("{} is negative", quote(word)), "0 or more",
           place.column.find("lifetime") != std::string::npos || place.column.find("time") != std::string::npos
               ? "correct the time"
               : "net yields are understood in NuPyCEE tables only; elsewhere give total masses");
  return n;
}

bool slot_of(std::string_view symbol, Slot& slot) {
  const auto same = [&](std::string_view name) {
    return name.size() == symbol.size() && std::equal(name.begin(), name.end(), symbol.begin(), [](char a, char b) {
             return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
           });
  };
  for (std::size_t i = 0; i + 1 < n_slots; ++i)
    if (same(slot_names[i])) {
      slot = static_cast<Slot>(i);
      return true;
    }
  for (const std::string_view light : {"Li", "Be", "B"})
    if (same(light)) {
      slot = Slot::He;
      return true;
    }
  slot = Slot::Oth;
  return std::any_of(std::begin(other_metals), std::end(other_metals), same);
}

std::string read(const std::filesystem::path& file) {
  constexpr std::uintmax_t largest = std::uintmax_t{1} << 30;
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  if (!error && size > largest)
    refuse({file.string()}, fmt::format("the file is {} MiB large", size >> 20), "at most 1024 MiB of text",
           "give the files of the product, not the archive they came in");
  return io::read_file(file);
}

}  // namespace cecropia::stars::text
