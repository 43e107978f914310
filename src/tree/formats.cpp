#include "cecropia/tree/formats.hpp"

#include <fmt/format.h>

#include <array>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/consistent_trees_hdf5.hpp"
#include "cecropia/tree/gadget4.hpp"
#include "cecropia/tree/lhalo_tree.hpp"
#include "cecropia/tree/lhalo_tree_hdf5.hpp"
#include "cecropia/tree/sublink.hpp"

namespace cecropia::tree {
namespace {

// What is recognised by less comes later.
constexpr std::array table{
    KnownFormat{Format::gadget4, "GADGET-4: HDF5 with TreeHalos, TreeTable and TreeTimes", gadget4::recognise,
                gadget4::open},
    KnownFormat{Format::lhalo_tree_hdf5, "LHaloTree, HDF5: Header/TreeNHalos and groups Tree0, Tree1, ...",
                lhalo_tree_hdf5::recognise, lhalo_tree_hdf5::open},
    KnownFormat{Format::sublink, "SubLink: HDF5 with SubhaloID, DescendantID and TreeID", sublink::recognise,
                sublink::open},
    KnownFormat{Format::consistent_trees_hdf5, "consistent-trees, HDF5 of uchuutools: ForestInfo and Forests",
                consistent_trees_hdf5::recognise, consistent_trees_hdf5::open},
    KnownFormat{Format::lhalo_tree, "LHaloTree, binary: a header that adds up, records of 104 bytes",
                lhalo_tree::recognise, lhalo_tree::open},
};

}  // namespace

std::span<const KnownFormat> known_formats() { return table; }

std::unique_ptr<Reader> open(const Parameters& parameters, Format format, const cosmology::Parameters& cosmology) {
  for (const KnownFormat& known : known_formats()) {
    if (known.format != format) continue;
    std::unique_ptr<Reader> reader = known.open(parameters, cosmology);
    if (reader->forests().empty())
      throw InputError({fmt::format("there are no trees in '{}'", parameters.path), parameters.path,
                        "at least one tree", "check that the files are those of the simulation"});
    return reader;
  }
  throw InternalError("a format of trees without a reader");
}

}  // namespace cecropia::tree
