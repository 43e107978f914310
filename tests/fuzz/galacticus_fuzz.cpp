// Any numbers given as those of a Galacticus file (index of forests, columns of halos) are either read forest by forest
// or refused with an InputError. The file itself is sound: HDF5 is not tested here.
#include <array>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <map>
#include <string>

#include "hdf5_template.hpp"
#include "reader_promises.hpp"

namespace {

using cecropia::fuzz::Hdf5Template;
using cecropia::fuzz::Marks;

/// Columns that a file may lack, and other names of what it must have.
struct Shape {
  std::size_t n_halos, n_forests, extras;
  auto operator<=>(const Shape&) const = default;
};

Hdf5Template make(const Shape& shape) {
  return Hdf5Template([&](cecropia::io::SerialFile& file, Marks& marks) {
    const auto has = [&](unsigned bit) { return (shape.extras >> bit & 1U) != 0; };
    const bool old = has(0);
    const std::string halos = old ? "haloTrees/" : "forestHalos/", index = old ? "treeIndex/" : "forestIndex/";
    const auto integers = [&](const std::string& name, std::size_t n) {
      file.write(name, marks.integers(n), {n}, "-", "");
    };
    const auto reals = [&](const std::string& name, std::size_t n) { file.write(name, marks.reals(n), {n}, "-", ""); };
    integers(index + "firstNode", shape.n_forests);
    integers(index + "numberOfNodes", shape.n_forests);
    integers(index + (old ? "treeIndex" : "forestIndex"), shape.n_forests);
    if (has(1)) reals(index + (old ? "treeWeight" : "forestWeight"), shape.n_forests);
    integers(halos + "nodeIndex", shape.n_halos);
    integers(halos + "descendantIndex", shape.n_halos);
    if (has(2)) integers(halos + "hostIndex", shape.n_halos);
    reals(halos + "nodeMass", shape.n_halos);
    reals(halos + (has(3) ? "redshift" : "expansionFactor"), shape.n_halos);
    if (has(4)) file.write(halos + "position", marks.reals(3 * shape.n_halos), {shape.n_halos, 3}, "-", "");
    if (!old) file.write_attribute("/", "formatVersion", std::int64_t{2});
    file.write_attribute("units", "massUnitsInSI", 1.98841e30);
    file.write_attribute("units", "lengthUnitsInSI", 3.0856775814913673e22);
    file.write_attribute("cosmology", "HubbleParam", 0.6774);
    file.write_attribute("cosmology", "OmegaMatter", 0.3089);
    if (has(4)) file.write_attribute("simulation", "boxSize", 64.0);
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  cecropia::tree::fuzz::Bytes bytes(data, size);
  static std::map<Shape, Hdf5Template> known;
  const std::size_t n_halos = bytes.below(9), n_forests = bytes.below(4), extras = bytes.below(32);
  const Shape shape{n_halos, n_forests, extras};
  auto found = known.find(shape);
  if (found == known.end()) found = known.emplace(shape, make(shape)).first;
  const std::string path = cecropia::fuzz::folder() + "/trees.hdf5";
  std::ofstream(path, std::ios::binary) << found->second.filled(bytes);
  cecropia::tree::fuzz::open_and_read(path, cecropia::tree::Format::galacticus);
  return 0;
}
