// Any bytes given as a set of consistent-trees (the tree file, and behind bytes 0x01 a locations.dat, a forests.list
// and a list of scale factors) are either read forest by forest, every halo of the index once, or refused with an
// InputError.
#include <unistd.h>

#include <array>
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/consistent_trees.hpp"
#include "memory_folder.hpp"
#include "require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using cecropia::fuzz::folder;
  using cecropia::fuzz::require;
  using namespace cecropia::tree;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  bool more = true;
  Parameters parameters;
  parameters.path = folder();
  for (const char* name : {"tree_0_0_0.dat", "locations.dat", "forests.list", "scales"}) {
    const std::string path = folder() + "/" + name;
    const std::size_t end = rest.find('\x01');
    const std::string_view part = rest.substr(0, end);
    if (more) {
      std::ofstream(path, std::ios::binary) << part;
      if (name == std::string_view("scales")) parameters.scale_factors = path;
    } else {
      ::unlink(path.c_str());
    }
    more = end != std::string_view::npos;
    rest.remove_prefix(more ? end + 1 : rest.size());
  }
  try {
    const auto reader = consistent_trees::open(parameters, {});
    const auto& forests = reader->forests();
    for (std::size_t f = 0; f < forests.size(); ++f) {
      require(f == 0 || forests[f - 1].id < forests[f].id);
      Catalogue c;
      reader->read(f, f + 1, c);
      require(static_cast<std::int64_t>(c.n_halos()) == forests[f].n_halos);
      for (const std::uint32_t level : c.level) require(level < reader->facts().scale.size());
      for (const std::uint32_t forest : c.forest) require(forest == 0);
    }
  } catch (const cecropia::InputError&) {
  }
  return 0;
}
