#pragma once
#include <cstdlib>

namespace cecropia::fuzz {

/// Ends the program, for the fuzzer to see, unless what was promised holds.
inline void require(bool promise) {
  if (!promise) std::abort();
}

}  // namespace cecropia::fuzz
