#include "cecropia/io/folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "cecropia/core/error.hpp"

namespace cecropia::io {
namespace fs = std::filesystem;

std::vector<fs::directory_entry> entries_of(const fs::path& folder) {
  std::vector<fs::directory_entry> found;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    found.push_back(*entry);
  if (error && error != std::errc::no_such_file_or_directory && error != std::errc::not_a_directory)
    throw InputError({fmt::format("the folder '{}' cannot be read: {}", folder.string(), error.message()),
                      folder.string(), "a folder that you may read, on a disk that works",
                      "check its permissions and the disk"});
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace cecropia::io
