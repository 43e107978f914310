// Any bytes given as a catalogue of AHF or as links of MergerTree are either read or refused with an InputError, and
// what is read holds what is promised. The first byte says what the rest is.
#include <cmath>
#include <cstdint>
#include <string_view>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/ahf.hpp"
#include "require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using cecropia::fuzz::require;
  using namespace cecropia::tree::ahf;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    if (data[0] % 4 < 2) {
      HaloTable table("fuzz", data[0] % 4 == 0 ? "auto" : "Rvir");
      table.take(text, 0, [](const HaloLine& halo) {
        require(halo.id >= 0 && halo.host >= INT64_MIN && halo.mass_msun_h > 0.0 && std::isfinite(halo.mass_msun_h));
        for (const double x : halo.position_kpc_h) require(std::isfinite(x));
      });
      table.finish();
    } else {
      LinkTable table("fuzz", data[0] % 4 == 3);
      std::int64_t families = 0;
      const auto each = [&](const Family& family) {
        ++families;
        require(family.id >= 0);
        for (const auto& progenitor : family.progenitors)
          require(progenitor.merit >= 0.0 && std::isfinite(progenitor.merit));
      };
      table.take(text, 0, each);
      table.finish(each);
      require(families == table.n_families());
    }
  } catch (const cecropia::InputError&) {
  }
  return 0;
}
