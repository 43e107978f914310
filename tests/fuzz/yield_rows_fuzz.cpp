// Any text given as a table of yields of discs is either refused with an InputError, or gives ejecta that are finite
// and fit their stars.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "cecropia/core/error.hpp"
#include "cecropia/disc/kernels.hpp"
#include "cecropia/stars/yield_rows.hpp"
#include "require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using cecropia::fuzz::require;
  using namespace cecropia;
  try {
    const auto rows = stars::parse_yield_rows("fuzz", {reinterpret_cast<const char*>(data), size});
    require(!rows.empty());
    for (const stars::YieldRow& row : rows) {
      require(row.z >= 0.0 && row.m_msun >= 0.0 && row.energy_1e51_erg >= 0.0 && row.m_remnant_msun >= 0.0);
      require(row.m_remnant_msun <= row.m_msun && std::isfinite(row.m_msun) && std::isfinite(row.z));
      require(std::isfinite(row.metals_msun) && std::isfinite(row.listed_msun));
    }
    const disc::Ejecta ejecta(rows, disc::MassiveEjecta::scaled, "fuzz");
    for (const double m : {1.0, 9.0, 12.0, 40.0, 100.0})
      for (const double z : {0.0, 1e-3, 0.02, 1.0}) {
        require(std::isfinite(ejecta.returned_msun(m, z)) && ejecta.returned_msun(m, z) >= 0.0);
        require(std::isfinite(ejecta.new_metals_msun(m, z)));
      }
  } catch (const InputError&) {
  }
  return 0;
}
