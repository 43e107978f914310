#pragma once
/// \file  LHaloTree, binary: the trees of the Millennium simulation (Springel et al. 2005) and of all that is written
/// in their layout. A file is a header (int32: number of trees, number of halos, halos of each tree) and one record of
/// 104 bytes per halo; little-endian. Times, cosmology, box and particle mass are not in it: they come from the
/// parameters. User guide: docs/tree_formats.md.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cecropia/cosmology/cosmology.hpp"
#include "cecropia/tree/reader.hpp"
#include "cecropia/tree/source.hpp"
#include "cecropia/tree/subhalos.hpp"

namespace cecropia::tree::lhalo_tree {

inline constexpr std::size_t record_bytes = 104;

/// The three masses of a record [1e10 Msun/h].
enum class Mass : std::uint8_t { mean200 = 24, crit200 = 28, top_hat = 32 };  // the value is the offset in the record

struct Header {
  std::vector<std::int32_t> n_halos_of_tree;
  std::int64_t n_halos = 0;
  std::size_t bytes() const { return 8 + 4 * n_halos_of_tree.size(); }
};

/// The header of a file whose bytes are `bytes`. InputError with the byte: counts that are negative or do not add up, a
/// file that is shorter or longer than they say.
Header parse_header(std::string_view bytes, const std::string& path);

/// Records of one tree as columns; `records` is a multiple of record_bytes. Ids count from `first_id`. A halo whose
/// group mass is 0 (satellites have none) gets its number of particles times `particle_mass_msun_h`.
Subhalos decode(std::string_view records, std::int64_t first_id, Mass mass, double particle_mass_msun_h);

/// True for a file whose header adds up (also if halos after it are missing: open() says so), or a folder with one.
bool recognise(const std::string& path);

/// Forests are the trees of the files, numbered from 0 through all files. Halos get their row, counted through all
/// files, as id: the format's own numbers are not unique.
std::unique_ptr<Reader> open(const Parameters& parameters, const cosmology::Parameters& cosmology);

}  // namespace cecropia::tree::lhalo_tree
