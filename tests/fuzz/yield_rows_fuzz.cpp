// Any text given as a table of yields of discs is either refused with an InputError, or gives stars and ejecta within
// bounds, whatever is done about stars that are heavier than the table.
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
      require(row.z >= 0.0 && row.z <= 1.0 && row.m_msun > 0.0 && row.m_msun <= 1e4);
      require(row.energy_1e51_erg >= 0.0 && row.m_remnant_msun >= 0.0 && row.m_remnant_msun <= row.m_msun);
      require(std::abs(row.metals_msun) <= row.m_msun && std::abs(row.listed_msun) <= 3.0 * row.m_msun);
    }
    using disc::MassiveEjecta;
    for (const MassiveEjecta massive : {MassiveEjecta::none, MassiveEjecta::constant, MassiveEjecta::scaled}) {
      const disc::Ejecta ejecta(rows, massive, "fuzz");
      for (const double m : {1.0, 9.0, 12.0, 40.0, 100.0})
        for (const double z : {0.0, 1e-3, 0.02, 1.0}) {
          const double returned = ejecta.returned_msun(m, z), new_metals = ejecta.new_metals_msun(m, z);
          require(returned >= 0.0 && returned <= 1e6);  // beyond the table's stars the last one counts
          require(std::abs(new_metals) <= 1e6);
        }
    }
  } catch (const InputError&) {
  }
  return 0;
}
