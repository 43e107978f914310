// Any columns given as those of SubLink, whose links are ids, are either read or refused with an InputError, and what
// is read holds what tree/subhalos.hpp promises.
#include <cstddef>
#include <cstdint>

#include "cecropia/tree/sublink.hpp"
#include "some_columns.hpp"
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
  try {
    const std::size_t cut = n == 0 ? 0 : bytes.below(n);
    for (const auto& [first, last] : {std::pair<std::size_t, std::size_t>{0, cut}, {cut, n}}) {
      into.forest_id.push_back(static_cast<std::int64_t>(into.forest_id.size()));
      sublink::links_to_places(c, id, first, last, frame.place);
      append(into, static_cast<std::uint32_t>(into.forest_id.size() - 1),
             decode(c, first, last, {1e-3, 1.0}, 0, frame.place), frame);
    }
  } catch (const cecropia::InputError&) {
  }
  fuzz::require_promises(into);
  return 0;
}
