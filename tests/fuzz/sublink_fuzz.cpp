// Any columns given as those of SubLink, whose links are ids, are either read or refused with an InputError, and what
// is read holds what tree/subhalos.hpp promises.
#include <cstddef>
#include <cstdint>

#include "cecropia/tree/sublink.hpp"
#include "subhalo_promises.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cecropia::tree;
  fuzz::Bytes bytes(data, size);
  const std::size_t n = bytes.below(24);
  const std::vector<std::int64_t> id = bytes.integers(n);
  SubhaloColumns c;
  for (auto* column :
       {&c.descendant, &c.first_progenitor, &c.next_progenitor, &c.first_in_group, &c.snapshot, &c.number})
    *column = bytes.integers(n);
  c.own_mass = bytes.reals(n);
  if (bytes.below(2) == 1) c.group_mass = bytes.reals(n);
  SubhaloFrame frame = fuzz::frame();
  frame.check_progenitors = bytes.below(2) == 1;
  Catalogue into;
  fuzz::read_two_forests(bytes, n, into, [&](std::size_t first, std::size_t last, std::uint32_t forest) {
    sublink::links_to_places(c, id, first, last, frame.place);
    append(into, forest, decode(c, first, last, {1e-3, 1.0}, 0, frame.place), frame);
  });
  return 0;
}
