#pragma once
/// \file  Trees of any source as a Galacticus HDF5 file, version 2: the neutral form for sharing, and the fast one for
/// reading again. What is written: docs/tree_formats.md.
#include <cstdint>
#include <filesystem>
#include <functional>

#include "cecropia/parallel/communicator.hpp"
#include "cecropia/tree/batches.hpp"

namespace cecropia::tree {

/// What a conversion has written.
struct Conversion {
  std::int64_t n_forests = 0, n_halos = 0;
  std::uint64_t content_hash = 0;  ///< of the columns; the same on any number of ranks
};

/// Called on all ranks after each part, with the halos that are done, by prediction (Batches::predicted_halos).
using ConversionProgress = std::function<void(double halos_done)>;

namespace galacticus {

/// Collective. Writes the whole set, part by part: memory does not grow with the set (but by some 40 bytes per forest
/// on rank 0). Equal sets give equal bytes on any number of ranks. The file is there whole or not at all. Errors:
/// InputError, the same on all ranks: of the source, or of the disk.
Conversion write(Batches& set, const std::filesystem::path& target, const parallel::Communicator& ranks,
                 const ConversionProgress& progress);

}  // namespace galacticus
}  // namespace cecropia::tree
