// Any columns given as those of GADGET-4's or LHaloTree's trees are either read or refused with an InputError, and what
// is read holds what tree/subhalos.hpp promises.
#include <cstddef>
#include <cstdint>

#include "subhalo_promises.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cecropia::tree;
  fuzz::Bytes bytes(data, size);
  const std::size_t n = bytes.below(24);
  SubhaloColumns c;
  for (auto* column : {&c.descendant, &c.first_progenitor, &c.next_progenitor, &c.main_progenitor, &c.first_in_group})
    *column = bytes.integers(n);
  c.snapshot = bytes.integers(n);
  c.number = bytes.integers(n);
  c.own_mass = bytes.reals(n);
  if (bytes.below(2) == 1) c.group_mass = bytes.reals(n);
  c.position.resize(n);
  for (auto& place : c.position)
    for (double& x : place) x = bytes.real();
  const SubhaloUnits units{bytes.below(2) == 1 ? 1e-3 : 1.0, 1.0};
  SubhaloFrame frame = fuzz::frame();
  frame.check_progenitors = bytes.below(2) == 1;
  Catalogue into;
  fuzz::read_two_forests(bytes, n, into, [&](std::size_t first, std::size_t last, std::uint32_t forest) {
    append(into, forest, decode(c, first, last, units, 0, frame.place), frame);
  });
  return 0;
}
