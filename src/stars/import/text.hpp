#pragma once
/// \file  Words, numbers and complaints shared by the readers of published tables.
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "cecropia/stars/evolution.hpp"

namespace cecropia::stars::text {

struct Line {
  std::size_t row;  ///< in the file, from 1
  std::string_view text;
};

/// Lines without their ends (also "\r\n"); empty ones are kept, a last one without line end as well.
std::vector<Line> lines_of(std::string_view text);
/// Words between blanks.
std::vector<std::string_view> words_of(std::string_view line);
std::string_view trim(std::string_view text);
/// Fields between commas, without blanks around them.
std::vector<std::string_view> comma_fields(std::string_view line);
/// An empty line, or one that begins with #.
bool is_comment(std::string_view line);
std::string lower(std::string_view text);
bool starts_with(std::string_view text, std::string_view with);
/// For messages: what stands there, shortened, without bytes that would upset a terminal.
std::string quote(std::string_view word);

/// Where a number stands.
struct Place {
  std::string file;
  std::size_t row = 0;  ///< 0: the whole file
  std::string column{};
  std::string text() const;  ///< "file.dat, row 12, column 'H'"
};

/// InputError: "FILE: WHAT" at the place.
[[noreturn]] void refuse(const Place& place, const std::string& what, const std::string& expected,
                         const std::string& fix);

/// A number as it was printed.
struct Printed {
  double value = 0;
  double half_unit = 0;  ///< half a unit of the last printed digit: what rounding may have taken away
};

/// True if `word` is a number from begin to end; "1.0D-11" as Fortran writes it is one.
bool parse(std::string_view word, Printed& number);
/// A finite number, or InputError.
Printed number(std::string_view word, const Place& place);
/// A finite number that is not negative, or InputError.
Printed amount(std::string_view word, const Place& place);

/// Slot of an element by its symbol ("Fe", "FE", "fe"): elements without a slot of their own are Oth, Li, Be and B
/// count as helium (they are no metals by the definition Z >= 6, and a part in 1e9 of the mass). False if there is no
/// such element.
bool slot_of(std::string_view symbol, Slot& slot);

/// Content of a file, at most 1 GiB. InputError if it cannot be read.
std::string read(const std::filesystem::path& file);

}  // namespace cecropia::stars::text
