#pragma once
// Private to the reader of consistent-trees: which files there are, and this rank's share of their text.
#include <cstdint>
#include <string>
#include <vector>

#include "cecropia/tree/consistent_trees.hpp"

namespace cecropia::tree::consistent_trees {

struct FileFacts {
  std::int64_t bytes = 0;
  std::int64_t gzip = 0;
};

struct FileSet {
  std::vector<std::string> paths;
  std::vector<FileFacts> facts;
  std::string forest_list;  ///< path, empty: none
};

/// What the header and the tree count of one file say, to be compared by all.
struct FileReport {
  std::int64_t file = 0, declared = -1, found = 0, has_header = 0;
  double omega_m = -1, omega_l = -1, h = -1, box_mpc_h = -1;
};

/// Collective. Rank 0 looks at the folder once, for all.
FileSet list_files(const std::string& path, const parallel::Communicator& ranks);

/// Parses this rank's share of all files: gzip files as wholes, plain files as byte ranges of their common length.
std::vector<FileReport> parse_share(const FileSet& set, const Options& options, double h,
                                    const parallel::Communicator& ranks, Batch& batch);

/// Compares what the files say with each other and with the parameters. Equal input on all ranks, hence equal errors.
FileReport agree_on_header(const std::vector<FileReport>& reports, const FileSet& set, const Options& options,
                           const cosmology::Parameters& cosmology);

}  // namespace cecropia::tree::consistent_trees
