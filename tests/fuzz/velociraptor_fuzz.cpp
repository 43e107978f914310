// Any columns of a VELOCIraptor snapshot either become rows that hold what is promised, or are refused with an
// InputError. The bytes are numbers of 8 bytes: units, then one halo after the other. HDF5 itself is not fuzzed.
#include <cmath>
#include <cstdint>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/velociraptor.hpp"
#include "require.hpp"
#include "some_columns.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using cecropia::fuzz::require;
  using namespace cecropia::tree;
  fuzz::Bytes bytes(data, size);
  velociraptor::Units units;
  units.mass_msun = bytes.raw<double>();
  units.length_divisor = bytes.raw<double>();
  const auto box = bytes.raw<double>();
  if (box >= smallest_box_cmpc && box <= largest_box_cmpc) units.box_cmpc = box;
  velociraptor::Columns columns;
  while (bytes.left() >= 64) {
    for (auto* column : {&columns.id, &columns.head, &columns.tail, &columns.host})
      column->push_back(bytes.raw<std::int64_t>());
    columns.mass.push_back(bytes.raw<double>());
    for (auto& column : columns.position) column.push_back(bytes.raw<double>());
  }
  std::vector<SnapshotRow> made;
  try {
    velociraptor::append_rows(columns, units, 3, "fuzz", made);
    require(made.size() == columns.id.size());
  } catch (const cecropia::InputError&) {
  }
  for (const SnapshotRow& row : made) {
    require(row.halo.id >= 0 && row.halo.descendant_id >= -1 && row.halo.host_id >= -1 && row.halo.level == 3);
    require(row.halo.descendant_id != row.halo.id && row.main_progenitor_id >= -1);
    for (const float x : row.halo.position_cmpc)
      require(std::isfinite(x) && (!(units.box_cmpc > 0.0) || (x >= 0.0F && x <= static_cast<float>(units.box_cmpc))));
  }
  return 0;
}
