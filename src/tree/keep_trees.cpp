#include "cecropia/tree/keep_trees.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cecropia/core/error.hpp"
#include "cecropia/io/hdf5.hpp"
#include "cecropia/tree/formats.hpp"
#include "names_of_ours.hpp"

namespace cecropia::tree {
namespace fs = std::filesystem;
namespace {

bool holds_trees_of_others(const fs::path& file) {
  try {
    if (io::looks_like_hdf5(file) && io::SerialFile::open(file).has(names_of_ours.group)) return false;
    const auto formats = known_formats();
    return std::any_of(formats.begin(), formats.end(),
                       [&](const KnownFormat& known) { return known.recognise(file.string()); });
  } catch (const InputError&) {
    return false;  // damaged: no trees can be read from it
  }
}

}  // namespace

void refuse_to_replace_trees(const std::string& source, const fs::path& target) {
  std::error_code error;
  if (!fs::is_regular_file(target, error)) return;
  const bool is_source = fs::equivalent(source, target, error) && !error;
  if (!is_source && !holds_trees_of_others(target)) return;
  throw InputError({is_source ? std::string("the output file is the file that the trees are read from")
                              : fmt::format("the output file '{}' holds trees of another program", target.string()),
                    target.string(), "a new name, or a file that may be replaced",
                    "choose another name for the output (--out); remove the file first if it is not needed"});
}

}  // namespace cecropia::tree
