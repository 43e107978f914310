#include "cecropia/stars/cache.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <xxhash.h>

#include <cstdlib>

#include "cecropia/core/error.hpp"
#include "cecropia/io/atomic_file.hpp"
#include "cecropia/stars/table_file.hpp"

namespace cecropia::stars {
namespace {

namespace fs = std::filesystem;

std::string first_line(const char* text) {
  const std::string all(text);
  return all.substr(0, all.find('\n'));
}

/// A few stars of each metallicity: the fingerprint of the formulae in this program.
std::uint64_t fingerprint(const BuilderParameters& p) {
  if (p.model != Model::standard) return build(p).content_hash();
  const std::vector<double> m{2, 5, 7, 9, 11, 13, 16, 20, 25, 30, 40, 60, 80, 100, 130, 160, 200, 240, 300, 450, 600};
  std::vector<Star> stars;
  for (double z : standard_z_grid())
    for (double mass : m) stars.push_back(make_star(mass, z, p));
  return Tables(standard_z_grid(), m, std::move(stars), "sample").content_hash();
}

std::optional<Tables> read_from_cache(const fs::path& file) {
  std::error_code error;
  if (!fs::exists(file, error)) return std::nullopt;
  try {
    return read_tables(file);
  } catch (const InputError& damage) {
    spdlog::warn("stellar tables in the cache cannot be used and are built anew ({}): {}", file.string(),
                 first_line(damage.what()));
    return std::nullopt;
  }
}

}  // namespace

std::optional<fs::path> cache_folder() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return fs::path(value == nullptr ? "" : value);
  };
  if (const fs::path own = variable("CECROPIA_CACHE"); !own.empty()) return own;
  if (const fs::path xdg = variable("XDG_CACHE_HOME"); xdg.is_absolute()) return xdg / "cecropia";
  if (const fs::path home = variable("HOME"); home.is_absolute()) return home / ".cache" / "cecropia";
  return std::nullopt;
}

std::string cache_file_name(const BuilderParameters& p) {
  const std::string facts = fmt::format("schema={} sample={:016x} {}", table_schema, fingerprint(p), describe(p));
  return fmt::format("stellar_tables_{:016x}.h5", static_cast<std::uint64_t>(XXH3_64bits(facts.data(), facts.size())));
}

Tables load_or_build(const BuilderParameters& parameters) {
  const std::optional<fs::path> folder = cache_folder();
  if (!folder) {
    spdlog::info("stellar tables are built in memory: none of CECROPIA_CACHE, XDG_CACHE_HOME and HOME names a folder");
    return build(parameters);
  }
  const fs::path file = *folder / cache_file_name(parameters);
  if (std::optional<Tables> tables = read_from_cache(file)) {
    spdlog::debug("stellar tables read from {}", file.string());
    return std::move(*tables);
  }
  Tables tables = build(parameters);
  try {
    io::make_folder(*folder);
    write_tables(file, tables);
    spdlog::info("stellar tables built and kept in {}", file.string());
  } catch (const InputError& refusal) {
    spdlog::info("stellar tables are built in memory, the cache {} does not take them: {}", folder->string(),
                 first_line(refusal.what()));
  }
  return tables;
}

Tables load_or_build(const Parameters& parameters) {
  return parameters.table_file.empty() ? load_or_build(parameters.builder()) : read_tables(parameters.table_file);
}

}  // namespace cecropia::stars
