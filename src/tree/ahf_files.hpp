#pragma once
// Private to the reader of AHF: which files there are, what belongs to which snapshot, and its time.
#include <optional>
#include <string>
#include <vector>

#include "cecropia/tree/reader.hpp"
#include "cecropia/tree/source.hpp"

namespace cecropia::tree::ahf {

struct SnapshotFiles {
  std::string halos;
  std::string links;  ///< empty: none
  std::string index;  ///< *_mtree_idx beside the links; empty: none
  double scale = 0.0;
};

struct FileSet {
  std::vector<SnapshotFiles> snapshots;  ///< the earliest first
  std::string all_links;                 ///< the file of links for all snapshots; empty: one for each
  std::optional<double> omega_m, omega_l, box_mpc_h;
  std::vector<std::string> warnings;
};

/// The first line of a halo catalogue, plain or gzip.
bool is_catalogue(const std::string& path);

/// The set in a folder, of a catalogue, or of a file of links. InputError: no catalogues, links missing, times that are
/// not known or contradict each other.
FileSet find_files(const tree::Parameters& parameters);

}  // namespace cecropia::tree::ahf
