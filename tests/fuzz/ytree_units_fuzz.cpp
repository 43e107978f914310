// Any text given as a unit of a ytree arbor is either understood or refused with an InputError, and what is understood
// is a positive, finite number.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/ytree.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cecropia::tree::ytree;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const Quantity quantity : {Quantity::mass, Quantity::length}) {
    try {
      const Measure unit = measure(text, quantity, "fuzz");
      if (!(unit.factor > 0.0) || !std::isfinite(unit.factor) || std::abs(unit.h_exponent) > 9) std::abort();
      if (unit.of_box && (quantity == Quantity::mass || unit.factor != 1.0 || unit.h_exponent != 0)) std::abort();
    } catch (const cecropia::InputError&) {
    }
  }
  return 0;
}
