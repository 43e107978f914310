#include "cecropia/tree/formats.hpp"

#include <array>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/ahf.hpp"
#include "cecropia/tree/consistent_trees.hpp"
#include "cecropia/tree/velociraptor.hpp"

namespace cecropia::tree {
namespace {

// What is recognised by less comes later.
constexpr std::array table{
    KnownFormat{Format::velociraptor, "HDF5 with groups Snap_NNN and columns Head, hostHaloID, or *.foreststats.hdf5",
                velociraptor::recognise, velociraptor::open},
    KnownFormat{Format::ahf, "text that begins with '#ID(1) hostHalo(2) ...', or a folder with such files",
                ahf::recognise, ahf::open},
    KnownFormat{Format::consistent_trees,
                "a file that begins with '#scale(0) id(1) ...', or a folder with tree_*.dat[.gz]",
                consistent_trees::recognise, consistent_trees::open},
};

}  // namespace

std::span<const KnownFormat> known_formats() { return table; }

std::unique_ptr<Reader> open(const Parameters& parameters, Format format, const cosmology::Parameters& cosmology) {
  for (const KnownFormat& known : known_formats())
    if (known.format == format) return known.open(parameters, cosmology);
  throw InternalError("a format of trees without a reader");
}

}  // namespace cecropia::tree
