// Any bytes given as an LHaloTree file are either read or refused with an InputError, and what is read holds what
// tree/subhalos.hpp promises.
#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/lhalo_tree.hpp"
#include "subhalo_promises.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cecropia::tree;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Catalogue into;
  try {
    const lhalo_tree::Header header = lhalo_tree::parse_header(bytes, "fuzz");
    SubhaloFrame frame = fuzz::frame();
    frame.check_progenitors = size % 2 == 0;
    std::size_t begin = header.bytes();
    std::int64_t row = 0;
    for (const std::int32_t n : header.n_halos_of_tree) {
      const std::size_t length = static_cast<std::size_t>(n) * lhalo_tree::record_bytes;
      into.forest_id.push_back(static_cast<std::int64_t>(into.forest_id.size()));
      append(into, static_cast<std::uint32_t>(into.forest_id.size() - 1),
             lhalo_tree::decode(bytes.substr(begin, length), row, lhalo_tree::Mass::crit200, 1e7), frame);
      begin += length;
      row += n;
    }
    fuzz::require(begin == size);
  } catch (const cecropia::InputError&) {
  }
  fuzz::require_promises(into);
  return 0;
}
