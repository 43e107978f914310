// Any columns of a VELOCIraptor snapshot either become rows that hold what is promised, or are refused with an
// InputError. The bytes are numbers of 8 bytes: units, then one halo after the other. HDF5 itself is not fuzzed.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/velociraptor.hpp"

namespace {

void require(bool promise) {
  if (!promise) std::abort();
}

template <class T>
T take(const std::uint8_t*& data, std::size_t& size) {
  T value{};
  if (size >= sizeof value) {
    std::memcpy(&value, data, sizeof value);
    data += sizeof value;
    size -= sizeof value;
  } else {
    size = 0;
  }
  return value;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cecropia::tree;
  velociraptor::Units units;
  units.mass_msun = take<double>(data, size);
  units.length_divisor = take<double>(data, size);
  const auto box = take<double>(data, size);
  if (box >= smallest_box_cmpc && box <= largest_box_cmpc) units.box_cmpc = box;
  velociraptor::Columns columns;
  while (size >= 64) {
    for (auto* column : {&columns.id, &columns.head, &columns.tail, &columns.host})
      column->push_back(take<std::int64_t>(data, size));
    columns.mass.push_back(take<double>(data, size));
    for (auto& column : columns.position) column.push_back(take<double>(data, size));
  }
  std::vector<SnapshotRow> rows;
  try {
    velociraptor::append_rows(columns, units, 3, "fuzz", rows);
    require(rows.size() == columns.id.size());
  } catch (const cecropia::InputError&) {
  }
  for (const SnapshotRow& row : rows) {
    require(row.halo.id >= 0 && row.halo.descendant_id >= -1 && row.halo.host_id >= -1 && row.halo.level == 3);
    require(row.halo.descendant_id != row.halo.id && row.main_progenitor_id >= -1);
    for (const float x : row.halo.position_cmpc)
      require(std::isfinite(x) && (!(units.box_cmpc > 0.0) || (x >= 0.0F && x <= static_cast<float>(units.box_cmpc))));
  }
  return 0;
}
