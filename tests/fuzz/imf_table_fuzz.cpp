// Any text given as the table of an IMF is either refused with an InputError, or becomes an IMF of positive densities
// whose mean mass lies between its limits.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "cecropia/core/error.hpp"
#include "cecropia/stars/imf_model.hpp"
#include "require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using cecropia::fuzz::require;
  using namespace cecropia::stars;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const ImfTable table = parse_imf(text, "fuzz");
    require(table.m_msun.size() >= 2 && table.m_msun.size() == table.dn_dm.size());
    for (std::size_t i = 0; i < table.m_msun.size(); ++i) {
      require(table.m_msun[i] >= 1e-3 && table.m_msun[i] <= 600.0 && std::isfinite(table.dn_dm[i]));
      require(table.dn_dm[i] > 0.0 && (i == 0 || table.m_msun[i] > table.m_msun[i - 1]));
    }
    ImfParameters parameters;
    parameters.form = ImfForm::table;
    parameters.file = "fuzz";
    parameters.m_min_msun = table.m_msun.front();
    parameters.m_max_msun = table.m_msun.back();
    const ImfModel model(parameters, text);
    require(model.table_hash() == table.content_hash());
    static_cast<void>(model.at(0.01, 6.0));
  } catch (const cecropia::InputError&) {
  }
  return 0;
}
