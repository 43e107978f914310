// Any bytes given as a ledger are either read or refused with an InputError; every entry that is read has a key that
// can be the name of a file and of nothing outside of the folder, and what was read and what was cut are all. So are
// the same bytes when each line that is a JSON object has the check of a line that was written.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "cecropia/config/located_json.hpp"
#include "cecropia/core/error.hpp"
#include "cecropia/scan/ledger.hpp"
#include "require.hpp"

namespace {

void read(std::string_view text) {
  using cecropia::fuzz::require;
  try {
    const cecropia::scan::LedgerText ledger = cecropia::scan::read_ledger(text, "fuzz");
    require(ledger.whole + ledger.cut == text.size());
    require(ledger.whole == 0 || text[ledger.whole - 1] == '\n');
    for (const cecropia::scan::LedgerLine& line : ledger.lines) {
      require(line.begin + line.length < text.size() && text[line.begin + line.length] == '\n');
      const auto path = cecropia::scan::checkpoint_file("/scan", line.key);
      require(path.parent_path() == "/scan/checkpoints" && path.lexically_normal() == path);
    }
  } catch (const cecropia::InputError&) {
  }
}

/// As if this program had written it.
std::string with_checks(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const auto json = cecropia::config::parse_json(text.substr(0, end));
    if (json.is_object() && !json.empty()) {
      try {
        out += cecropia::scan::ledger_line(json);
      } catch (const nlohmann::json::exception&) {  // texts that are no UTF-8
        out += text.substr(0, end);
      }
    } else {
      out += text.substr(0, end);
    }
    if (end == std::string_view::npos) break;
    out += '\n';
    text.remove_prefix(end + 1);
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read(text);
  read(with_checks(text));
  return 0;
}
