#pragma once
// Private to the reader of consistent-trees: which files there are, and this rank's share of their text.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cecropia/tree/consistent_trees.hpp"
#include "words.hpp"

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

/// A file, or the tree files of a folder, with the forests.list beside them. Not collective.
FileSet find_files(const std::string& path);

/// Collective. Rank 0 looks at the folder once, for all.
FileSet list_files(const std::string& path, const parallel::Communicator& ranks);

/// Parses this rank's share of all files: gzip files as wholes, plain files as byte ranges of their common length.
std::vector<FileReport> parse_share(const FileSet& set, const Options& options, double h,
                                    const parallel::Communicator& ranks, Batch& batch);

FileReport report_of(std::int64_t file, const Parser& parser, bool with_header);

/// Compares what the files say with each other. Equal input on all ranks, hence equal errors.
FileReport agree_on_header(const std::vector<FileReport>& reports, const FileSet& set);
/// Compares what the files say with the parameters.
void check_header(const FileReport& header, const FileSet& set, const Options& options,
                  const cosmology::Parameters& cosmology);
/// Side of the box [cMpc]: that of the header, else that of the options; 0: neither tells.
double box_of(const FileReport& header, const Options& options, double h);
/// What the header leaves open, for the user.
std::vector<std::string> warnings_of(const FileReport& header, const FileSet& set, bool has_box);

struct TreeOwner {
  std::int64_t tree_id = -1, forest_id = -1;
};

/// forests.list: "TreeRootID ForestID" per line; by rising tree. Not collective.
std::vector<TreeOwner> read_forest_list(const std::string& path);
/// The forest of a tree; InputError if the list, which is at `path`, lacks it.
std::int64_t forest_of(std::int64_t tree_id, const std::vector<TreeOwner>& list, const std::string& path);

/// No box is larger, no position farther out: beyond, it is another unit [Mpc/h].
inline constexpr double farthest_mpc_h = 1e6;

/// Scale factors closer than this are the same snapshot (files print five digits).
inline constexpr double scale_tolerance = 1.5e-5;
/// The levels among scale factors, as rising ones: clusters of values closer than scale_tolerance.
std::vector<double> levels_among(std::vector<double> scale);
/// The level at or before the scale factor.
std::uint32_t level_of(double scale, const std::vector<double>& levels);
/// Level of a scale factor that stands in the trees at `where`, among those of trees.scale_factors. InputError if it is
/// none of them.
std::uint32_t listed_level(double scale, const std::vector<double>& levels, const std::string& where);

/// True for a line "#tree <id>".
inline bool is_tree_line(std::string_view line) {
  return line.starts_with("#tree") && (line.size() == 5 || is_blank(line[5]));
}
/// Where the first "#tree" line that begins at `from` or later begins; text.size() if there is none. Comments that
/// begin like one are none.
std::size_t tree_line_at(std::string_view text, std::size_t from);

}  // namespace cecropia::tree::consistent_trees
