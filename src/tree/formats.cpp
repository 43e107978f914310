#include "cecropia/tree/formats.hpp"

#include "cecropia/core/error.hpp"
#include "cecropia/tree/galacticus.hpp"
#include "cecropia/tree/ytree.hpp"

namespace cecropia::tree {
namespace {

// What is recognised by less comes later.
constexpr KnownFormat table[] = {
    {Format::galacticus, "Galacticus HDF5: groups forestHalos and forestIndex", galacticus::recognise,
     galacticus::open},
    {Format::ytree, "ytree arbor: attribute arbor_type = YTreeArbor", ytree::recognise, ytree::open},
};

}  // namespace

std::span<const KnownFormat> known_formats() { return table; }

std::unique_ptr<Reader> open(const Parameters& parameters, Format format, const cosmology::Parameters& cosmology) {
  for (const KnownFormat& known : known_formats())
    if (known.format == format) return known.open(parameters, cosmology);
  throw InternalError("a format of trees without a reader");
}

}  // namespace cecropia::tree
