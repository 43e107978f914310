#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/number.hpp"
#include "cecropia/tree/ytree.hpp"

namespace cecropia::tree::ytree {
namespace {

constexpr double msun_g = 1.98841e33, pc_m = 3.0856775814913673e16;

/// The power of ten of an SI prefix; nothing if it is none.
std::optional<int> prefix_exponent(std::string_view prefix) {
  if (prefix.empty()) return 0;
  if (prefix == "c") return -2;
  if (prefix == "k") return 3;
  if (prefix == "M") return 6;
  if (prefix == "G") return 9;
  return std::nullopt;
}

std::optional<double> length_in_mpc(std::string_view symbol) {
  if (symbol.size() > 2 && symbol.substr(symbol.size() - 2) == "cm") symbol.remove_suffix(2);  // comoving
  if (symbol.size() >= 2 && symbol.substr(symbol.size() - 2) == "pc") {
    const auto exponent = prefix_exponent(symbol.substr(0, symbol.size() - 2));
    if (exponent) return exact_power_of_ten[9 + *exponent] / exact_power_of_ten[15];
  } else if (!symbol.empty() && symbol.back() == 'm') {
    const auto exponent = prefix_exponent(symbol.substr(0, symbol.size() - 1));
    if (exponent) return std::pow(10.0, *exponent - 6) / pc_m;
  }
  return std::nullopt;
}

std::optional<double> mass_in_msun(std::string_view symbol) {
  if (symbol == "Msun" || symbol == "msun" || symbol == "Msol") return 1.0;
  if (symbol == "g") return 1.0 / msun_g;
  if (symbol == "kg") return 1e3 / msun_g;
  return std::nullopt;
}

class UnitText {
 public:
  UnitText(std::string_view text, Quantity quantity, const std::string& where)
      : text_(text), rest_(text), quantity_(quantity), where_(where) {}

  Measure parse() {
    bool divide = false;
    while (true) {
      take_factor(divide);
      if (rest_.empty()) break;
      if (rest_.front() != '*' && rest_.front() != '/') refuse();
      divide = rest_.front() == '/';
      rest_.remove_prefix(1);
    }
    if (dimension_ != 1 || !(result_.factor > 0.0) || !std::isfinite(result_.factor) ||
        (result_.of_box && n_factors_ > 1))
      refuse();
    return result_;
  }

 private:
  [[noreturn]] void refuse() const {
    throw InputError(
        {fmt::format("the unit '{}' is not understood", std::string(text_.substr(0, 60))), where_,
         quantity_ == Quantity::mass ? "a mass, such as Msun or Msun/h" : "a length, such as Mpc, kpccm/h or unitary",
         "save the arbor with other units"});
  }
  static bool belongs_to_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
  }
  std::string_view word() {
    std::size_t n = 0;
    const bool is_number = !rest_.empty() && ((rest_[0] >= '0' && rest_[0] <= '9') || rest_[0] == '.');
    while (n < rest_.size() && (belongs_to_word(rest_[n]) || (is_number && (rest_[n] == '+' || rest_[n] == '-') &&
                                                              (rest_[n - 1] == 'e' || rest_[n - 1] == 'E'))))
      ++n;
    const std::string_view taken = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return taken;
  }
  int exponent() {
    if (rest_.substr(0, 2) != "**") return 1;
    rest_.remove_prefix(2);
    const bool bracket = !rest_.empty() && rest_.front() == '(';
    if (bracket) rest_.remove_prefix(1);
    const bool minus = !rest_.empty() && rest_.front() == '-';
    if (minus) rest_.remove_prefix(1);
    if (rest_.empty() || rest_.front() < '0' || rest_.front() > '9') refuse();
    const int n = rest_.front() - '0';
    rest_.remove_prefix(1);
    if (bracket && (rest_.empty() || rest_.front() != ')')) refuse();
    if (bracket) rest_.remove_prefix(1);
    return minus ? -n : n;
  }
  void take_factor(bool divide) {
    const std::string_view name = word();
    const int n = divide ? -exponent() : exponent();
    ++n_factors_;
    double value = 0.0;
    if (name == "h") {
      result_.h_exponent += n;
      if (std::abs(result_.h_exponent) > 9) refuse();
    } else if (name == "unitary" && quantity_ == Quantity::length) {
      result_.of_box = true;
      dimension_ += n;
    } else if (const auto unit = quantity_ == Quantity::mass ? mass_in_msun(name) : length_in_mpc(name)) {
      scale(*unit, n);
      dimension_ += n;
    } else if (!name.empty() && parse_number(name, value)) {
      scale(value, n);
    } else {
      refuse();
    }
  }
  void scale(double value, int n) {
    for (int i = 0; i < n; ++i) result_.factor *= value;
    for (int i = 0; i > n; --i) result_.factor /= value;
  }

  std::string_view text_, rest_;
  Quantity quantity_;
  const std::string& where_;
  Measure result_;
  int dimension_ = 0, n_factors_ = 0;
};

}  // namespace

Measure measure(std::string_view text, Quantity quantity, const std::string& where) {
  return UnitText(text, quantity, where).parse();
}

}  // namespace cecropia::tree::ytree
