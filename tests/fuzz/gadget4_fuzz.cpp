// Any numbers given as those of a tree file of GADGET-4 (table of trees, times, columns of halos) are either read tree
// by tree or refused with an InputError. The file itself is sound: HDF5 is not tested here.
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

struct Shape {
  std::size_t n_halos, n_trees, n_snapshots;
  bool has_group_mass;
  auto operator<=>(const Shape&) const = default;
};

Hdf5Template make(const Shape& shape) {
  return Hdf5Template([&](cecropia::io::SerialFile& file, Marks& marks) {
    const auto integers = [&](const std::string& name, std::size_t n) {
      file.write(name, marks.integers(n), {n}, "-", "");
    };
    const auto reals = [&](const std::string& name, std::size_t n) { file.write(name, marks.reals(n), {n}, "-", ""); };
    for (const char* name : {"Length", "StartOffset", "TreeID"})
      integers(std::string("TreeTable/") + name, shape.n_trees);
    reals("TreeTimes/Time", shape.n_snapshots);
    for (const char* name : {"TreeDescendant", "TreeFirstProgenitor", "TreeNextProgenitor", "TreeMainProgenitor",
                             "TreeFirstHaloInFOFgroup", "SnapNum", "SubhaloNr"})
      integers(std::string("TreeHalos/") + name, shape.n_halos);
    reals("TreeHalos/SubhaloMass", shape.n_halos);
    if (shape.has_group_mass) reals("TreeHalos/Group_M_Crit200", shape.n_halos);
    file.write("TreeHalos/SubhaloPos", marks.reals(3 * shape.n_halos), {shape.n_halos, 3}, "-", "");
    const auto halos = static_cast<std::int64_t>(shape.n_halos), trees = static_cast<std::int64_t>(shape.n_trees);
    file.write_attribute("Header", "NumFiles", std::int64_t{1});
    file.write_attribute("Header", "Ntrees_ThisFile", trees);
    file.write_attribute("Header", "Ntrees_Total", trees);
    file.write_attribute("Header", "Nhalos_ThisFile", halos);
    file.write_attribute("Header", "Nhalos_Total", halos);
    file.write_attribute("Parameters", "ComovingIntegrationOn", std::int64_t{1});
    file.write_attribute("Parameters", "HubbleParam", 0.6774);
    file.write_attribute("Parameters", "BoxSize", 64.0);
    file.write_attribute("Parameters", "Omega0", 0.3089);
    file.write_attribute("Parameters", "OmegaLambda", 0.6911);
    file.write_attribute("Parameters", "UnitLength_in_cm", 3.085678e24);
    file.write_attribute("Parameters", "UnitMass_in_g", 1.989e43);
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  cecropia::tree::fuzz::Bytes bytes(data, size);
  static std::map<Shape, Hdf5Template> known;
  const std::size_t n_halos = bytes.below(9), n_trees = bytes.below(4), n_snapshots = bytes.below(5);
  const Shape shape{n_halos, n_trees, n_snapshots, bytes.below(2) == 1};
  auto found = known.find(shape);
  if (found == known.end()) found = known.emplace(shape, make(shape)).first;
  const std::string path = cecropia::fuzz::folder() + "/trees.hdf5";
  std::ofstream(path, std::ios::binary) << found->second.filled(bytes);
  cecropia::tree::fuzz::open_and_read(path, cecropia::tree::Format::gadget4);
  return 0;
}
