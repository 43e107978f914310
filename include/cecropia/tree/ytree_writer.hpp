#pragma once
/// \file  Trees of any source as a ytree arbor, for analysis with the Python package ytree. What is written:
/// docs/tree_formats.md.
#include <filesystem>

#include "cecropia/tree/galacticus_writer.hpp"

namespace cecropia::tree::ytree {

/// Collective. Writes NAME.h5 (`target`) and NAME_0000.h5 and so on, each with whole forests of about half a million
/// halos, which the ranks write at the same time. Memory: a data file per rank, and the roots of all trees on rank 0.
/// Equal sets give equal bytes on any number of ranks. The header takes its place last, and an earlier one goes before
/// the first data file of its name is replaced: an arbor is whole or it is none. Errors: InputError, the same on all
/// ranks; a target that does not end in .h5.
Conversion write(Batches& set, const std::filesystem::path& target, const parallel::Communicator& ranks,
                 const ConversionProgress& progress);

}  // namespace cecropia::tree::ytree
