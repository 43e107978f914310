#include "cecropia/tree/formats.hpp"

#include <fmt/format.h>

#include <array>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/ahf.hpp"
#include "cecropia/tree/consistent_trees.hpp"
#include "cecropia/tree/consistent_trees_hdf5.hpp"
#include "cecropia/tree/gadget4.hpp"
#include "cecropia/tree/galacticus.hpp"
#include "cecropia/tree/lhalo_tree.hpp"
#include "cecropia/tree/lhalo_tree_hdf5.hpp"
#include "cecropia/tree/sublink.hpp"
#include "cecropia/tree/velociraptor.hpp"
#include "cecropia/tree/ytree.hpp"

namespace cecropia::tree {
namespace {

// What is recognised by less comes later. Text of consistent-trees goes first: simulations often leave trees of several
// kinds in one folder, and tree_*.dat are those that are meant.
constexpr std::array table{
    KnownFormat{
        Format::consistent_trees,
        "consistent-trees, text: a file that begins with '#scale(0) id(1) ...', plain or gzip, or a folder with "
        "tree_*.dat or tree_*.dat.gz",
        consistent_trees::recognise, consistent_trees::open},
    KnownFormat{Format::galacticus, "Galacticus HDF5: groups forestHalos and forestIndex", galacticus::recognise,
                galacticus::open},
    KnownFormat{Format::velociraptor,
                "VELOCIraptor: HDF5 with groups Snap_NNN and columns Head, hostHaloID, or *.foreststats.hdf5",
                velociraptor::recognise, velociraptor::open},
    KnownFormat{Format::gadget4, "GADGET-4: HDF5 with TreeHalos, TreeTable and TreeTimes", gadget4::recognise,
                gadget4::open},
    KnownFormat{Format::lhalo_tree_hdf5, "LHaloTree, HDF5: Header/TreeNHalos and groups Tree0, Tree1, ...",
                lhalo_tree_hdf5::recognise, lhalo_tree_hdf5::open},
    KnownFormat{Format::ytree, "ytree arbor: attribute arbor_type = YTreeArbor", ytree::recognise, ytree::open},
    KnownFormat{Format::sublink, "SubLink: HDF5 with SubhaloID, DescendantID and TreeID", sublink::recognise,
                sublink::open},
    KnownFormat{Format::consistent_trees_hdf5, "consistent-trees, HDF5 of uchuutools: ForestInfo and Forests",
                consistent_trees_hdf5::recognise, consistent_trees_hdf5::open},
    KnownFormat{Format::lhalo_tree, "LHaloTree, binary: a header that adds up, records of 104 bytes",
                lhalo_tree::recognise, lhalo_tree::open},
    KnownFormat{Format::ahf, "AHF: text that begins with '#ID(1) hostHalo(2) ...', or a folder with such files",
                ahf::recognise, ahf::open},
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
