// Any columns given as those of GADGET-4's or LHaloTree's trees are either read or refused with an InputError, and what
// is read holds what tree/subhalos.hpp promises.
#include <cstddef>
#include <cstdint>

#include "some_columns.hpp"
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
  try {
    // two trees of these rows
    const std::size_t cut = n == 0 ? 0 : bytes.below(n);
    for (const auto& [first, last] : {std::pair<std::size_t, std::size_t>{0, cut}, {cut, n}}) {
      into.forest_id.push_back(static_cast<std::int64_t>(into.forest_id.size()));
      append(into, static_cast<std::uint32_t>(into.forest_id.size() - 1), decode(c, first, last, units, 0, frame.place),
             frame);
    }
  } catch (const cecropia::InputError&) {
  }
  fuzz::require_promises(into);
  return 0;
}
