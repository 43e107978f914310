// Any columns given as those of consistent-trees in HDF5 are either read or refused with an InputError, and what is
// read holds what the reader promises.
#include <cstddef>
#include <cstdint>

#include "cecropia/tree/consistent_trees_hdf5.hpp"
#include "subhalo_promises.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cecropia::tree;
  fuzz::Bytes bytes(data, size);
  const std::size_t n = bytes.below(24);
  consistent_trees_hdf5::Columns c;
  c.id = bytes.integers(n);
  c.descendant = bytes.integers(n);
  c.upid = bytes.integers(n);
  const std::size_t has = bytes.below(16);
  if ((has & 1) != 0) c.pid = bytes.integers(n);
  if ((has & 2) != 0) c.n_progenitors = bytes.integers(n);
  if ((has & 4) != 0) c.phantom = bytes.reals(n);
  if ((has & 8) != 0) c.main = bytes.reals(n);
  c.scale = bytes.reals(n);
  for (double& a : c.scale) a /= 64.0;
  for (auto* column : {&c.mass, &c.x, &c.y, &c.z}) *column = bytes.reals(n);
  consistent_trees_hdf5::Frame frame;
  frame.h = 0.7;
  frame.box_mpc_h = 100.0;
  for (int level = 1; level <= 64; ++level) frame.scale.push_back(level / 64.0);
  frame.check_progenitors = bytes.below(2) == 1;
  Catalogue into;
  fuzz::read_two_forests(bytes, n, into, [&](std::size_t first, std::size_t last, std::uint32_t forest) {
    append(into, forest, c, first, last, frame, fuzz::frame().place);
  });
  fuzz::require(into.n_progenitors_expected.empty() || into.n_progenitors_expected.size() == into.n_halos());
  return 0;
}
