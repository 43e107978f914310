#include "cecropia/io/hdf5_handle.hpp"

#include <algorithm>
#include <cstdlib>

#include "cecropia/io/atomic_file.hpp"

namespace cecropia::io {

std::string hdf5_reason() {
  std::string reason = "HDF5 gives no reason";
  H5Ewalk2(
      H5E_DEFAULT, H5E_WALK_DOWNWARD,
      [](unsigned, const H5E_error2_t* entry, void* out) -> herr_t {
        if (entry->desc != nullptr && *entry->desc != '\0') *static_cast<std::string*>(out) = entry->desc;
        return 0;
      },
      &reason);
  // The drivers' entries hold time, addresses and line breaks around the system's own words: keep those only.
  constexpr std::string_view key = "error message = '";
  if (const auto begin = reason.find(key); begin != std::string::npos) {
    const std::string system =
        reason.substr(begin + key.size(), reason.find('\'', begin + key.size()) - begin - key.size());
    const std::string doing = reason.substr(0, reason.find_first_of(":,\n"));
    return doing + ": " + system;
  }
  std::replace(reason.begin(), reason.end(), '\n', ' ');
  return reason;
}

void start_hdf5() {
  static const bool done = [] {
    survive_file_size_limit();
    // HDF5 locks what it reads, and refuses it where a file system has no locks. We need none: what is written has
    // another name until it is whole.
    ::setenv("HDF5_USE_FILE_LOCKING", "FALSE", 0);
    H5dont_atexit();
    H5open();
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    return true;
  }();
  static_cast<void>(done);
}

void check_hdf5(long long code, std::string_view doing_what) {
  if (code < 0) throw Hdf5Error(std::string(doing_what) + ": " + hdf5_reason());
}

}  // namespace cecropia::io
