#pragma once
// What tree/reader.hpp promises of a set that was opened, whatever the files held.
#include <cmath>
#include <cstdint>
#include <string>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/formats.hpp"
#include "cecropia/tree/reader.hpp"
#include "cecropia/tree/source.hpp"
#include "cecropia/tree/validate.hpp"
#include "require.hpp"

namespace cecropia::tree::fuzz {

/// Opens the set at `path` and reads it forest by forest, or is refused with an InputError.
inline void open_and_read(const std::string& path, Format format) {
  using cecropia::fuzz::require;
  Parameters parameters;
  parameters.path = path;
  parameters.volume_cmpc3 = 1.0;
  parameters.cosmology_tolerance = 1.0;
  try {
    const auto reader = open(parameters, format, {});
    const auto& forests = reader->forests();
    for (std::size_t f = 0; f < forests.size(); ++f) {
      require(f == 0 || forests[f - 1].id < forests[f].id);
      Catalogue c = read_forests(*reader, f, f + 1, 1.0);
      require(static_cast<std::int64_t>(c.n_halos()) == forests[f].n_halos);
      require(c.position_cmpc.empty() || c.position_cmpc.size() == c.n_halos());
      for (std::size_t i = 0; i < c.n_halos(); ++i) {
        require(c.id[i] >= 0 && c.descendant_id[i] >= -1 && c.host_id[i] >= -1);
        require(c.level[i] < c.redshift.size() && c.m_vir_msun[i] > 0.0 && std::isfinite(c.m_vir_msun[i]));
      }
      static_cast<void>(validate(c, "fuzz"));
    }
  } catch (const InputError&) {
  }
}

}  // namespace cecropia::tree::fuzz
