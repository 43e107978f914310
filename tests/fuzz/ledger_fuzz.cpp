// Any bytes given as a ledger are either read or refused with an InputError; every entry that is read has a key that
// can be the name of a file and of nothing outside of the folder, and what was read and what was cut are all.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string_view>

#include "cecropia/core/error.hpp"
#include "cecropia/scan/ledger.hpp"
#include "require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using cecropia::fuzz::require;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const cecropia::scan::LedgerText ledger = cecropia::scan::read_ledger(text, "fuzz");
    require(ledger.whole + ledger.cut == size);
    require(ledger.whole == 0 || text[ledger.whole - 1] == '\n');
    for (const cecropia::scan::LedgerLine& line : ledger.lines) {
      require(line.begin + line.length < size && text[line.begin + line.length] == '\n');
      const auto path = cecropia::scan::checkpoint_file("/scan", line.key);
      require(path.parent_path() == "/scan/checkpoints" && path.lexically_normal() == path);
    }
  } catch (const cecropia::InputError&) {
  }
  return 0;
}
