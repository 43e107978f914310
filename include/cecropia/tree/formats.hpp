#pragma once
/// \file  The formats of tree files that can be opened, one line each.
#include <memory>
#include <span>
#include <string>

#include "cecropia/cosmology/cosmology.hpp"
#include "cecropia/tree/reader.hpp"
#include "cecropia/tree/source.hpp"

namespace cecropia::tree {

/// A format with a Reader. (consistent-trees ASCII is also read collectively, tree/consistent_trees.hpp: faster, but
/// the whole set at once.)
struct KnownFormat {
  Format format;
  const char* what;  ///< how to recognise it, for messages
  /// True if the path (a file or a folder) holds this format, by content. Never throws for a file that can be read.
  bool (*recognise)(const std::string& path);
  /// Opens the set. `cosmology` gives h where the set is silent.
  std::unique_ptr<Reader> (*open)(const Parameters& parameters, const cosmology::Parameters& cosmology);
};

/// In the order in which they are tried.
std::span<const KnownFormat> known_formats();

/// Opens the set at parameters.path with the format `format` (not eps). InputError as the format's reader says.
std::unique_ptr<Reader> open(const Parameters& parameters, Format format, const cosmology::Parameters& cosmology);

}  // namespace cecropia::tree
