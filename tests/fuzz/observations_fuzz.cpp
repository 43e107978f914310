// Any texts given as the folder of observations (six files divided by bytes 0x01: the index first, then the tables that
// every run reads, then one that the index may name) are either read or refused with an InputError, and what is read is
// finite and in order.
#include <unistd.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>

#include "cecropia/core/error.hpp"
#include "cecropia/observe/observations.hpp"
#include "memory_folder.hpp"
#include "require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using cecropia::fuzz::folder;
  using cecropia::fuzz::require;
  namespace observe = cecropia::observe;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  bool more = true;
  for (const char* name :
       {"index.csv", observe::sfrd_file, observe::sfrd_fit_file, observe::csmd_file, observe::mzr_file, "own.csv"}) {
    const std::string path = folder() + "/" + name;
    const std::size_t end = rest.find('\x01');
    if (more)
      std::ofstream(path, std::ios::binary) << rest.substr(0, end);
    else
      ::unlink(path.c_str());
    more = end != std::string_view::npos;
    rest.remove_prefix(more ? end + 1 : rest.size());
  }
  try {
    const observe::Observations o = observe::read_observations(folder());
    for (const observe::SfrdPoint& p : o.sfrd)
      require(std::isfinite(p.z) && std::isfinite(p.log10_sfrd) && p.err_lo_dex > 0.0 && p.err_hi_dex > 0.0);
    for (std::size_t i = 0; i < o.mzr.size(); ++i) {
      require(o.mzr[i].z_min < o.mzr[i].z_max);
      require(i == 0 || o.mzr[i - 1].z_max <= o.mzr[i].z_min);
    }
    require(o.content_hash() == observe::read_observations(folder()).content_hash());
  } catch (const cecropia::InputError&) {
  }
  return 0;
}
