#include "cecropia/core/paths.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "cecropia/core/error.hpp"

namespace cecropia {

namespace fs = std::filesystem;

std::vector<fs::path> data_places() {
  std::vector<fs::path> places;
  if (const char* given = std::getenv("CECROPIA_DATA"); given != nullptr && *given != '\0') places.emplace_back(given);
  std::error_code none;
  const fs::path executable = fs::read_symlink("/proc/self/exe", none);
  if (executable.empty()) return places;
  const fs::path folder = executable.parent_path();
  std::ifstream pointer(folder / "cecropia.data");
  if (std::string line; pointer && std::getline(pointer, line) && !line.empty()) places.emplace_back(line);
  places.push_back(folder.parent_path().parent_path());
  places.push_back(folder.parent_path() / "share" / "cecropia");
  return places;
}

fs::path find_data(std::string_view relative) {
  std::string tried;
  for (const auto& place : data_places()) {
    fs::path candidate = place / relative;
    std::error_code none;
    if (fs::exists(candidate, none)) return candidate;
    tried += (tried.empty() ? "" : ", ") + candidate.string();
  }
  throw InputError(
      {fmt::format("the program's data '{}' cannot be found", relative),
       tried.empty() ? "nowhere: /proc is not mounted and CECROPIA_DATA is not set" : tried,
       "it in one of these places, in this order",
       "set CECROPIA_DATA to the folder that holds params/ (the source, or share/cecropia of an installation)"});
}

}  // namespace cecropia
