// Any bytes given as a stellar product are either refused with an InputError or become tables that obey the laws of
// nature: no crash, no hang, no undefined behaviour. The first byte chooses the reader; files that belong together are
// divided by a zero byte.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "../../src/stars/import/csv.hpp"
#include "../../src/stars/import/nupycee.hpp"
#include "../../src/stars/import/parsec.hpp"
#include "../../src/stars/import/sevn.hpp"
#include "cecropia/core/error.hpp"
#include "require.hpp"

namespace {
using namespace cecropia::stars;
using cecropia::fuzz::require;

std::vector<std::string_view> parts_of(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find('\0');
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

void read_photons(std::string_view text) {
  const parsec::Photons photons = parsec::parse_photons("fuzz", text, 20.0, 0.01, std::nullopt);
  require(photons.life_myr > 0 && !std::isnan(photons.q_per_s) && photons.q_per_s >= 0);
  require(!photons.q_lw_per_s || *photons.q_lw_per_s >= 0);
}

Product read_parsec(std::string_view text) {
  const std::vector<std::string_view> parts = parts_of(text);
  Product product;
  product.stars =
      parsec::stars_of(0.01, parsec::parse_ejecta("winds", parts.front()), parsec::parse_ejecta("total", parts.back()));
  return product;
}

Product read_sevn(std::string_view text) {
  const std::vector<std::string_view> parts = parts_of(text);
  std::vector<sevn::Rows> tables;
  for (std::size_t q = 0; q < sevn::quantities.size(); ++q)
    tables.push_back(sevn::parse_quantity("fuzz", q < parts.size() ? parts[q] : std::string_view("1")));
  Product product;
  product.stars = sevn::stars_of("fuzz", 0.01, tables, {});
  return product;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Fill fill = (data[0] & 0x20U) != 0 ? Fill::standard : Fill::none;  // letters: lower case fills
  try {
    Product product;
    switch (data[0] & ~0x20U) {
      case 'C':
        product = csv::parse("fuzz", text);
        break;
      case 'N':
        product = nupycee::parse("fuzz", text, Yields::automatic, {});
        break;
      case 'P':
        product = read_parsec(text);
        break;
      case 'S':
        product = read_sevn(text);
        break;
      case 'Q':
        read_photons(text);
        return 0;
      case 'T':
        require(parsec::parse_track_life_myr("fuzz", text, 20.0, 0.01) > 0);
        return 0;
      default:
        return 0;
    }
    const Import import = make_tables(product, fill, {}, {});
    require(find_violation(import.tables).empty());
    require(import.report.imbalance.size() == import.tables.stars().size());
    require(!describe(import.report, import.tables).empty());
  } catch (const cecropia::InputError&) {
  }
  return 0;
}
