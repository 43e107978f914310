#pragma once
#include <unistd.h>

#include <filesystem>
#include <string>
#include <system_error>

namespace cecropia::fuzz {

/// A folder in memory where that is possible; goes away in the end.
struct MemoryFolder {
  std::string path;
  MemoryFolder() {
    const std::filesystem::path memory = "/dev/shm";
    const auto base = std::filesystem::exists(memory) ? memory : std::filesystem::temp_directory_path();
    path = (base / ("cecropia_fuzz_" + std::to_string(::getpid()))).string();
    std::filesystem::create_directories(path);
  }
  ~MemoryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
};

/// The one of this program.
inline const std::string& folder() {
  static const MemoryFolder made;
  return made.path;
}

/// Takes away what is in it.
inline void empty_folder() {
  for (const auto& entry : std::filesystem::directory_iterator(folder())) std::filesystem::remove(entry.path());
}

}  // namespace cecropia::fuzz
