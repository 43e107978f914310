#pragma once
/// \file  Merger trees as a ytree arbor (what the Python package ytree saves): a header file NAME.h5 and data files
/// NAME_0000.h5, NAME_0001.h5 and so on. User guide: docs/tree_formats.md. Written by tree/ytree_writer.hpp.
#include <memory>
#include <string>
#include <string_view>

#include "cecropia/cosmology/cosmology.hpp"
#include "cecropia/tree/reader.hpp"

namespace cecropia::tree::ytree {

/// A unit as ytree writes it ("Msun/h", "kpccm", "unitary").
struct Measure {
  double factor = 1.0;  ///< in Msun or Mpc
  int h_exponent = 0;
  bool of_box = false;  ///< "unitary": in sides of the box
};
enum class Quantity : std::uint8_t { mass, length };

/// Products and quotients of numbers, h, and Msun, g, kg or pc, m, cm with SI prefixes, each to a whole power. Lengths
/// are comoving with or without the suffix cm, as everywhere in ytree. InputError that names `where` for any other
/// text.
Measure measure(std::string_view text, Quantity quantity, const std::string& where);

/// True for the header of an arbor, a data file beside its header, or a folder with one arbor. Throws InputError for an
/// HDF5 file that is cut.
bool recognise(const std::string& path);

/// Opens the arbor. The indices of all its files are read, and, unless this program wrote it, the columns of times and
/// of links once (in pieces), for the levels and for the trees that belong together.
std::unique_ptr<Reader> open(const Parameters& parameters, const cosmology::Parameters& cosmology);

}  // namespace cecropia::tree::ytree
