// Any bytes given as a consistent-trees file are either read or refused with an InputError: no crash, no hang, no
// undefined behaviour, and what is read holds what the parser promises.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/consistent_trees.hpp"
#include "require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using cecropia::fuzz::require;
  using namespace cecropia::tree::consistent_trees;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Batch batch;
  try {
    Parser parser("fuzz", {}, 0.7, batch);
    parser.take(text, 0);
    parser.finish();
    std::size_t rows = 0;
    for (const Block& block : batch.blocks) {
      require(block.first_row == rows && block.n_rows > 0);
      rows += block.n_rows;
    }
    require(rows == batch.rows.size());
  } catch (const cecropia::InputError&) {
  }
  for (const Row& row : batch.rows) {
    require(row.id >= 0 && row.descendant_id >= -1 && row.host_id >= -1);
    require(row.m_vir_msun > 0.0 && std::isfinite(row.m_vir_msun));
    require(row.level < batch.scale.size());
    for (const float x : row.position_cmpc) require(std::isfinite(x));
  }
  return 0;
}
