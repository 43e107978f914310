#include "cecropia/scan/kept_points.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <system_error>

#include "cecropia/config/located_json.hpp"
#include "cecropia/core/error.hpp"
#include "cecropia/io/atomic_file.hpp"
#include "cecropia/io/folder.hpp"
#include "cecropia/io/hdf5.hpp"

namespace cecropia::scan {
namespace fs = std::filesystem;
namespace {

constexpr const char* below = "points";
constexpr std::array files{"run.h5", "run.json"};  // in the order in which a run gives them their names

bool has_files(const fs::path& place) {
  std::error_code ignored;
  return std::all_of(files.begin(), files.end(),
                     [&](const char* file) { return fs::is_regular_file(fs::symlink_status(place / file, ignored)); });
}

}  // namespace

bool Kept::has(std::int64_t id) const { return all || std::find(points.begin(), points.end(), id) != points.end(); }

fs::path Kept::place(std::int64_t id) const { return folder / below / fmt::format("{:04}", id); }

bool is_there(const Kept& kept, const Point& point, const Resolver& resolver) {
  const fs::path place = kept.place(point.id);
  if (!has_files(place)) return false;
  try {
    const auto json = config::parse_json(io::read_file(place / "run.json"));
    return resolver.key_of(json.at("parameters"), point.values) == point.key &&
           io::SerialFile::open(place / "run.h5").has("/provenance/parameters");
  } catch (const nlohmann::json::exception&) {  // damaged, or of a program with other parameters
  } catch (const InternalError&) {
  } catch (const InputError&) {
  }
  return false;
}

void take_kept_points(const fs::path& from, const fs::path& folder) {
  for (const fs::path& point : io::entries_of(from / below)) {
    const fs::path place = folder / below / point.filename();
    std::error_code ignored;
    if (!has_files(point) || fs::exists(place / "run.json", ignored)) continue;
    io::stay_inside(folder, place);
    io::make_folder(place);
    for (const char* file : files) io::copy_atomically(point / file, place / file);
  }
}

std::size_t sweep_kept_points(const fs::path& folder, bool alone) {
  std::size_t n = 0;
  for (const fs::path& point : io::entries_of(folder / below)) n += io::remove_temporaries(point, alone);
  return n;
}

}  // namespace cecropia::scan
