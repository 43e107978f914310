// Any text given as a parameter file, or as a value on the command line (first byte: which), is either understood or
// refused with an InputError; and what is understood reads back from its own full listing to the last bit.
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "cecropia/core/error.hpp"
#include "cecropia/scan/settings.hpp"
#include "require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using cecropia::fuzz::require;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  cecropia::scan::Settings settings, again;
  cecropia::config::Document document = cecropia::scan::document(settings);
  try {
    if (data[0] % 2 == 0)
      document.apply_json(text, "fuzz");
    else
      document.apply_set(text);
  } catch (const cecropia::InputError&) {
  }
  // also after a fault: what came before it is set
  const std::string listing = document.resolved_json().dump();
  cecropia::config::Document second = cecropia::scan::document(again);
  second.apply_json(listing, "listing");
  require(second.resolved_json() == document.resolved_json());
  return 0;
}
