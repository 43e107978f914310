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

/// A folder of a point, and no link, with both files, and no links.
bool is_point(const fs::directory_entry& entry) {
  const std::string name = entry.path().filename().string();
  if (name.empty() || name.find_first_not_of("0123456789") != std::string::npos) return false;
  std::error_code ignored;
  return fs::is_directory(entry.symlink_status(ignored)) &&
         std::all_of(files.begin(), files.end(), [&](const char* file) {
           return fs::is_regular_file(fs::symlink_status(entry.path() / file, ignored));
         });
}

}  // namespace

bool Kept::has(std::int64_t id) const { return all || std::find(points.begin(), points.end(), id) != points.end(); }

fs::path Kept::place(std::int64_t id) const { return folder / below / fmt::format("{:04}", id); }

std::optional<std::string> lacks(const Kept& kept, const Point& point, const Resolver& resolver) {
  const fs::path place = kept.place(point.id);
  std::error_code ignored;
  if (std::none_of(files.begin(), files.end(), [&](const char* file) { return fs::exists(place / file, ignored); }))
    return "";
  try {
    const auto parameters = config::parse_json(io::read_file(place / "run.json")).at("parameters");
    if (resolver.key_of(parameters, point.values) != point.key) return "its parameters are others";
    if (io::SerialFile::open(place / "run.h5").read_text("/provenance/parameters") != science_json(parameters))
      return "run.h5 and run.json are of two runs";
    return std::nullopt;
  } catch (const InputError& error) {
    return error.complaint().what;
  } catch (const nlohmann::json::exception&) {
  } catch (const InternalError&) {
  }
  return "its run.json is damaged, or of another version of the program";
}

void take_kept_points(const fs::path& from, const fs::path& folder) {
  for (const fs::directory_entry& point : io::entries_of(from / below)) {
    const fs::path place = folder / below / point.path().filename();
    std::error_code ignored;
    if (!is_point(point) || fs::exists(place / "run.json", ignored)) continue;
    io::stay_inside(folder, place);
    io::make_folder(place);
    for (const char* file : files) io::copy_atomically(point.path() / file, place / file);
  }
}

std::size_t sweep_kept_points(const fs::path& folder, bool alone) {
  std::size_t n = 0;
  for (const fs::path& point : io::entries_of(folder / below)) n += io::remove_temporaries(point, alone);
  return n;
}

}  // namespace cecropia::scan
