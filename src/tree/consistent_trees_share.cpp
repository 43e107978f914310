#include "consistent_trees_share.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string_view>

#include "cecropia/core/error.hpp"
#include "cecropia/io/folder.hpp"
#include "cecropia/parallel/agree.hpp"
#include "cecropia/tree/text_file.hpp"

namespace cecropia::tree::consistent_trees {
namespace {

namespace fs = std::filesystem;

bool is_tree_file(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.starts_with("tree_") && (name.ends_with(".dat") || name.ends_with(".dat.gz"));
}

std::vector<std::string> tree_files_in(const fs::path& folder) {
  std::vector<std::string> found;
  for (const fs::path& path : io::entries_of(folder))
    if (is_tree_file(path)) found.push_back(path.string());
  return found;
}

/// The lines before the first tree, with the count line.
std::string_view header_text(std::string_view text) {
  std::size_t end = 0;
  for (std::string_view rest = text; rest.starts_with('#') && !is_tree_line(next_line(rest));)
    end = text.size() - rest.size();
  return text.substr(0, end);
}

bool differ(double a, double b, double tolerance) {
  return std::abs(a - b) > tolerance * std::max(std::abs(a), std::abs(b));
}

}  // namespace

std::size_t tree_line_at(std::string_view text, std::size_t from) {
  std::size_t at = from == 0 ? 0 : text.find('\n', from - 1);
  if (from > 0 && at != std::string_view::npos) ++at;
  while (at < text.size()) {
    std::string_view rest = text.substr(at);
    if (is_tree_line(next_line(rest))) return at;
    at = text.find("\n#tree", at);
    if (at != std::string_view::npos) ++at;
  }
  return text.size();
}

FileReport report_of(std::int64_t file, const Parser& parser, bool with_header) {
  FileReport r;
  r.file = file;
  r.found = parser.n_trees_found();
  if (!with_header) return r;
  r.declared = parser.n_trees_declared().value_or(-1);
  r.has_header = 1;
  r.omega_m = parser.header().omega_m.value_or(-1);
  r.omega_l = parser.header().omega_l.value_or(-1);
  r.h = parser.header().h.value_or(-1);
  r.box_mpc_h = parser.header().box_mpc_h.value_or(-1);
  return r;
}

FileSet find_files(const std::string& path) {
  FileSet set;
  std::error_code error;
  fs::path folder = path;
  if (fs::is_directory(path, error)) {
    set.paths = tree_files_in(path);
    if (set.paths.empty())
      throw InputError({fmt::format("the folder '{}' holds no trees", path), path, "files tree_*.dat or tree_*.dat.gz",
                        "check the path (parameter 'trees.path' or the option --trees)"});
  } else {
    set.paths = {path};
    folder = fs::path(path).parent_path();
  }
  for (const std::string& p : set.paths) {
    const MappedFile file(p);
    if (file.bytes().empty())
      throw InputError({fmt::format("the tree file '{}' is empty", p), fmt::format("{}, byte 0", p),
                        "a column line, a header, the number of trees and trees",
                        "copy the file again; remove it from the folder if it belongs to an empty part of the box"});
    set.facts.push_back({static_cast<std::int64_t>(file.bytes().size()), file.is_gzip() ? 1 : 0});
  }
  const fs::path list = folder / "forests.list";
  if (fs::exists(list, error)) set.forest_list = list.string();
  return set;
}

FileSet list_files(const std::string& path, const parallel::Communicator& ranks) {
  FileSet set;
  parallel::together(ranks, [&] {
    if (ranks.is_root()) set = find_files(path);
  });
  std::string joined = ranks.broadcast(fmt::format("{}", fmt::join(set.paths, "\n")));
  set.forest_list = ranks.broadcast(set.forest_list);
  set.facts = ranks.broadcast(set.facts);
  set.paths.clear();
  for (std::size_t begin = 0; set.paths.size() < set.facts.size();) {
    const std::size_t end = std::min(joined.find('\n', begin), joined.size());
    set.paths.push_back(joined.substr(begin, end - begin));
    begin = end + 1;
  }
  return set;
}

std::vector<FileReport> parse_share(const FileSet& set, const Options& options, double h,
                                    const parallel::Communicator& ranks, Batch& batch) {
  std::vector<FileReport> reports;
  std::int64_t plain_bytes = 0;
  std::vector<std::size_t> packed;
  for (std::size_t i = 0; i < set.facts.size(); ++i) {
    if (set.facts[i].gzip != 0)
      packed.push_back(i);
    else
      plain_bytes += set.facts[i].bytes;
  }
  // The largest packed file first, each to the rank with the least so far.
  std::stable_sort(packed.begin(), packed.end(),
                   [&](std::size_t a, std::size_t b) { return set.facts[a].bytes > set.facts[b].bytes; });
  std::vector<std::int64_t> load(static_cast<std::size_t>(ranks.size()), 0);
  for (const std::size_t i : packed) {
    const auto lightest = std::min_element(load.begin(), load.end());
    *lightest += set.facts[i].bytes;
    if (lightest - load.begin() != ranks.rank()) continue;
    const MappedFile file(set.paths[i]);
    Parser parser(set.paths[i], options, h, batch);
    unpack_lines(file, [&](std::string_view lines, std::int64_t offset) {
      parser.take(lines, offset);
      return true;
    });
    parser.finish();
    reports.push_back(report_of(static_cast<std::int64_t>(i), parser, true));
  }
  const double share = static_cast<double>(plain_bytes) / ranks.size();
  const auto cut = [&](int r) { return r == ranks.size() ? plain_bytes : static_cast<std::int64_t>(share * r); };
  std::int64_t file_begin = 0;
  for (std::size_t i = 0; i < set.facts.size(); ++i) {
    if (set.facts[i].gzip != 0) continue;
    const std::int64_t bytes = set.facts[i].bytes;
    const std::int64_t from = std::max<std::int64_t>(cut(ranks.rank()) - file_begin, 0);
    const std::int64_t to = std::min(cut(ranks.rank() + 1) - file_begin, bytes);
    file_begin += bytes;
    if (from >= bytes || to <= from) continue;
    const MappedFile file(set.paths[i]);
    const std::string_view text = file.bytes();
    // The first piece begins with the header.
    const std::size_t begin = from == 0 ? 0 : tree_line_at(text, static_cast<std::size_t>(from));
    const std::size_t end = tree_line_at(text, static_cast<std::size_t>(to));
    if (begin >= end) continue;
    Parser parser(set.paths[i], options, h, batch);
    if (begin > 0)
      parser.begin_inside(read_header(header_text(text), set.paths[i]), [text, begin] {
        return static_cast<std::int64_t>(
            std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(begin), '\n'));
      });
    batch.rows.reserve(batch.rows.size() + (end - begin) / 400);
    parser.take(text.substr(begin, end - begin), static_cast<std::int64_t>(begin));
    parser.finish();
    reports.push_back(report_of(static_cast<std::int64_t>(i), parser, begin == 0));
  }
  return reports;
}

FileReport agree_on_header(const std::vector<FileReport>& reports, const FileSet& set) {
  std::vector<FileReport> file(set.paths.size());
  for (const FileReport& r : reports) {
    FileReport& f = file[static_cast<std::size_t>(r.file)];
    const std::int64_t found = f.found + r.found;
    if (r.has_header != 0) f = r;
    f.found = found;
  }
  std::int64_t n_trees = 0;
  for (std::size_t i = 0; i < file.size(); ++i) {
    const FileReport& f = file[i];
    n_trees += f.found;
    if (f.declared >= 0 && f.declared != f.found)
      throw InputError({fmt::format("'{}' should hold {} trees, but {} are there", set.paths[i], f.declared, f.found),
                        set.paths[i], "as many '#tree' lines as the line before the first tree says",
                        "the file may be cut: copy it again and compare its size with the original"});
    if (f.declared < 0 && f.found == 0)
      throw InputError({fmt::format("'{}' holds no trees", set.paths[i]), set.paths[i],
                        "the number of trees, then '#tree' lines",
                        "the file may be cut: copy it again and compare its size with the original"});
    const FileReport& first = file.front();
    const auto same = [&](double a, double b, const char* name) {
      if ((a < 0) != (b < 0) || differ(a, b, 1e-6))
        throw InputError({fmt::format("two tree files disagree on {}: {} and {}", name,
                                      a < 0 ? "nothing" : fmt::to_string(a), b < 0 ? "nothing" : fmt::to_string(b)),
                          fmt::format("{} and {}", set.paths.front(), set.paths[i]), "files of one simulation",
                          "keep the trees of different simulations in different folders"});
    };
    same(first.omega_m, f.omega_m, "Omega_M");
    same(first.omega_l, f.omega_l, "Omega_L");
    same(first.h, f.h, "h0");
    same(first.box_mpc_h, f.box_mpc_h, "the box size");
  }
  if (n_trees == 0)
    throw InputError({fmt::format("'{}' holds no trees", set.paths.front()), fmt::format("{} files", set.paths.size()),
                      "at least one tree", "check the path (parameter 'trees.path' or the option --trees)"});
  return file.front();
}

void check_header(const FileReport& header, const FileSet& set, const Options& options,
                  const cosmology::Parameters& cosmology) {
  const auto as_parameter = [&](double value, double parameter, const char* name, const char* key) {
    if (value >= 0 && differ(value, parameter, options.cosmology_tolerance))
      throw InputError(
          {fmt::format("the trees were made with {} = {}, the parameters say {} = {}", name, value, key, parameter),
           fmt::format("{}, header", set.paths.front()),
           fmt::format("equal values within {} (relative)", options.cosmology_tolerance),
           fmt::format("set '{}' to {}, or widen trees.cosmology_tolerance", key, value)});
  };
  as_parameter(header.omega_m, cosmology.omega_m, "Omega_M", "cosmology.omega_m");
  as_parameter(header.h, cosmology.h, "h0", "cosmology.h");
  if (header.omega_m >= 0 && header.omega_l >= 0 &&
      std::abs(header.omega_m + header.omega_l - 1.0) > options.cosmology_tolerance)
    throw InputError({fmt::format("the trees were made in a curved universe: Omega_M + Omega_L = {}",
                                  header.omega_m + header.omega_l),
                      fmt::format("{}, header", set.paths.front()), "Omega_M + Omega_L = 1",
                      "use trees of a flat cosmology"});
}

double box_of(const FileReport& header, const Options& options, double h) {
  return header.box_mpc_h > 0 ? header.box_mpc_h / h : options.box_cmpc;
}

std::vector<std::string> warnings_of(const FileReport& header, const FileSet& set, bool has_box) {
  std::vector<std::string> warnings;
  if (header.h < 0 || header.omega_m < 0)
    warnings.push_back(
        fmt::format("The header of '{}' does not give {}: the values of the parameters are used.", set.paths.front(),
                    header.h < 0 && header.omega_m < 0 ? "Omega_M and h0" : (header.h < 0 ? "h0" : "Omega_M")));
  if (!has_box)
    warnings.push_back(fmt::format("The header of '{}' does not give the size of the box: positions are not periodic.",
                                   set.paths.front()));
  return warnings;
}

bool recognise(const std::string& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) return !tree_files_in(path).empty();
  try {
    const std::vector<std::string> lines = first_lines(path, 1);
    const std::string first = lines.empty() ? "" : lower(lines.front());
    return first.starts_with('#') && first.find("scale") != std::string::npos &&
           first.find("desc") != std::string::npos;
  } catch (const InputError&) {
    return is_tree_file(path);  // let the reader say what is wrong with it
  }
}

}  // namespace cecropia::tree::consistent_trees
