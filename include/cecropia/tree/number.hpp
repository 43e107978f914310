#pragma once
/// \file  Numbers out of text, as fast as memory delivers it, without a copy and without a locale.
#include <charconv>
#include <cstdint>
#include <string_view>
#include <system_error>

namespace cecropia::tree {

/// Powers of ten that a double holds exactly.
inline constexpr double exact_power_of_ten[23] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                  1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/// Reads all of `word` as a real number; false if it is anything else. Correctly rounded: up to 2^53 times an exact
/// power of ten costs one multiplication or division (Clinger 1990), everything else goes to std::from_chars. Accepts
/// "nan" and "inf" (the caller knows whether they are allowed).
inline bool parse_number(std::string_view word, double& value) {
  const char* p = word.data();
  const char* const end = p + word.size();
  bool negative = false;
  if (p != end && (*p == '-' || *p == '+')) negative = *p++ == '-';
  const char* const unsigned_begin = p;
  std::uint64_t digits = 0;
  int n_digits = 0, exponent = 0;
  while (p != end && static_cast<unsigned char>(*p - '0') < 10) {
    digits = digits * 10 + static_cast<std::uint64_t>(*p++ - '0');
    ++n_digits;
  }
  if (p != end && *p == '.') {
    ++p;
    while (p != end && static_cast<unsigned char>(*p - '0') < 10) {
      digits = digits * 10 + static_cast<std::uint64_t>(*p++ - '0');
      ++n_digits;
      --exponent;
    }
  }
  bool simple = n_digits > 0 && n_digits <= 19;
  if (simple && p != end && (*p == 'e' || *p == 'E')) {
    ++p;
    bool down = false;
    if (p != end && (*p == '-' || *p == '+')) down = *p++ == '-';
    const char* const exponent_begin = p;
    int written = 0;
    while (p != end && static_cast<unsigned char>(*p - '0') < 10 && written < 10000)
      written = written * 10 + (*p++ - '0');
    if (p == exponent_begin) return false;
    exponent += down ? -written : written;
  }
  if (simple && p == end && digits <= (std::uint64_t{1} << 53) && exponent >= -22 && exponent <= 22) {
    double v = static_cast<double>(digits);
    v = exponent < 0 ? v / exact_power_of_ten[-exponent] : v * exact_power_of_ten[exponent];
    value = negative ? -v : v;
    return true;
  }
  if (unsigned_begin == end || *unsigned_begin == '-' || *unsigned_begin == '+') return false;
  double v = 0.0;
  const auto [stop, error] = std::from_chars(unsigned_begin, end, v);
  if (error == std::errc::invalid_argument || stop != end) return false;
  if (error == std::errc::result_out_of_range) return false;
  value = negative ? -v : v;
  return true;
}

/// Reads all of `word` as a whole number of 64 bits; false if it is anything else or does not fit.
inline bool parse_integer(std::string_view word, std::int64_t& value) {
  const char* p = word.data();
  const char* const end = p + word.size();
  if (word.size() <= 18) {  // cannot overflow
    bool negative = false;
    if (p != end && *p == '-') {
      negative = true;
      ++p;
    }
    if (p == end) return false;
    std::int64_t v = 0;
    while (p != end) {
      const auto digit = static_cast<unsigned char>(*p++ - '0');
      if (digit >= 10) return false;
      v = v * 10 + digit;
    }
    value = negative ? -v : v;
    return true;
  }
  const auto [stop, error] = std::from_chars(p, end, value);
  return error == std::errc{} && stop == end;
}

}  // namespace cecropia::tree
