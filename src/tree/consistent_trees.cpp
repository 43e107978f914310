#include "cecropia/tree/consistent_trees.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <numeric>
#include <unordered_set>

#include "cecropia/core/error.hpp"
#include "cecropia/parallel/agree.hpp"
#include "cecropia/tree/forests.hpp"
#include "cecropia/tree/number.hpp"
#include "cecropia/tree/partition.hpp"
#include "cecropia/tree/text_file.hpp"

namespace cecropia::tree::consistent_trees {
namespace {

namespace fs = std::filesystem;

/// Scale factors closer than this are the same snapshot (files print five digits).
constexpr double scale_tolerance = 1.5e-5;

struct FileFacts {
  std::int64_t bytes = 0;
  std::int64_t gzip = 0;
};

struct FileSet {
  std::vector<std::string> paths;
  std::vector<FileFacts> facts;
  std::string forest_list;  ///< path, empty: none
};

bool is_tree_file(const fs::path& path) {
  const std::string name = path.filename().string();
  const auto ends_with = [&](std::string_view tail) {
    return name.size() > tail.size() && name.compare(name.size() - tail.size(), tail.size(), tail) == 0;
  };
  return name.rfind("tree_", 0) == 0 && (ends_with(".dat") || ends_with(".dat.gz"));
}

std::vector<std::string> tree_files_in(const fs::path& folder) {
  std::vector<std::string> found;
  for (const auto& entry : fs::directory_iterator(folder))
    if (is_tree_file(entry.path())) found.push_back(entry.path().string());
  std::sort(found.begin(), found.end());
  return found;
}

/// Rank 0 looks at the folder once, for all.
FileSet list_files(const std::string& path, const parallel::Communicator& ranks) {
  FileSet set;
  parallel::together(ranks, [&] {
    if (!ranks.is_root()) return;
    std::error_code error;
    fs::path folder = path;
    if (fs::is_directory(path, error)) {
      try {
        set.paths = tree_files_in(path);
      } catch (const fs::filesystem_error& e) {
        throw InputError({fmt::format("the folder '{}' cannot be read: {}", path, e.code().message()), path,
                          "a readable folder", "check its permissions"});
      }
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

/// What the header and the tree count of one file say, to be compared by all.
struct FileReport {
  std::int64_t file = 0, declared = -1, found = 0, has_header = 0;
  double omega_m = -1, omega_l = -1, h = -1, box_mpc_h = -1;
};

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

/// The first "#tree" line that begins at `from` or later; the end of the text if there is none.
std::size_t tree_line_at(std::string_view text, std::size_t from) {
  if (from == 0) return 0;  // the first piece begins with the header
  const std::size_t at = text.find("\n#tree", from - 1);
  return at == std::string_view::npos ? text.size() : at + 1;
}

/// The lines before the first tree, with the count line.
std::string_view header_text(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && text[end] == '#' && text.substr(end, 5) != "#tree")
    end = std::min(text.find('\n', end), text.size() - 1) + 1;
  return text.substr(0, end);
}

/// Parses this rank's share of all files: gzip files as wholes, plain files as byte ranges of their common length.
std::vector<FileReport> parse_share(const FileSet& set, const Options& options, double h, const parallel::Communicator& ranks,
                                    Batch& batch) {
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
    const std::size_t begin = tree_line_at(text, static_cast<std::size_t>(from));
    const std::size_t end = tree_line_at(text, static_cast<std::size_t>(to));
    if (begin >= end) continue;
    Parser parser(set.paths[i], options, h, batch);
    if (begin > 0)
      parser.begin_inside(read_header(header_text(text), set.paths[i]), [text, begin] {
        return static_cast<std::int64_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(begin), '\n'));
      });
    batch.rows.reserve(batch.rows.size() + (end - begin) / 400);
    parser.take(text.substr(begin, end - begin), static_cast<std::int64_t>(begin));
    parser.finish();
    reports.push_back(report_of(static_cast<std::int64_t>(i), parser, begin == 0));
  }
  return reports;
}

bool differ(double a, double b, double tolerance) {
  return std::abs(a - b) > tolerance * std::max(std::abs(a), std::abs(b));
}

/// Compares what the files say with each other and with the parameters. Equal input on all ranks, hence equal errors.
FileReport agree_on_header(const std::vector<FileReport>& reports, const FileSet& set, const Options& options,
                           const cosmology::Parameters& cosmology) {
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
      throw InputError({fmt::format("'{}' holds no trees", set.paths[i]), set.paths[i], "the number of trees, then '#tree' lines",
                        "the file may be cut: copy it again and compare its size with the original"});
    const FileReport& first = file.front();
    const auto same = [&](double a, double b, const char* name) {
      if ((a < 0) != (b < 0) || differ(a, b, 1e-6))
        throw InputError({fmt::format("two tree files disagree on {}: {} and {}", name, a < 0 ? "nothing" : fmt::to_string(a),
                                      b < 0 ? "nothing" : fmt::to_string(b)),
                          fmt::format("{} and {}", set.paths.front(), set.paths[i]), "files of one simulation",
                          "keep the trees of different simulations in different folders"});
    };
    same(first.omega_m, f.omega_m, "Omega_M");
    same(first.omega_l, f.omega_l, "Omega_L");
    same(first.h, f.h, "h0");
    same(first.box_mpc_h, f.box_mpc_h, "the box size");
  }
  const FileReport header = file.front();
  if (n_trees == 0)
    throw InputError({fmt::format("'{}' holds no trees", set.paths.front()), fmt::format("{} files", set.paths.size()),
                      "at least one tree", "check the path (parameter 'trees.path' or the option --trees)"});
  const auto as_parameter = [&](double value, double parameter, const char* name, const char* key) {
    if (value >= 0 && differ(value, parameter, options.cosmology_tolerance))
      throw InputError({fmt::format("the trees were made with {} = {}, the parameters say {} = {}", name, value, key, parameter),
                        fmt::format("{}, header", set.paths.front()),
                        fmt::format("equal values within {} (relative)", options.cosmology_tolerance),
                        fmt::format("set '{}' to {}, or widen trees.cosmology_tolerance", key, value)});
  };
  as_parameter(header.omega_m, cosmology.omega_m, "Omega_M", "cosmology.omega_m");
  as_parameter(header.h, cosmology.h, "h0", "cosmology.h");
  if (header.omega_m >= 0 && header.omega_l >= 0 && std::abs(header.omega_m + header.omega_l - 1.0) > options.cosmology_tolerance)
    throw InputError({fmt::format("the trees were made in a curved universe: Omega_M + Omega_L = {}",
                                  header.omega_m + header.omega_l),
                      fmt::format("{}, header", set.paths.front()), "Omega_M + Omega_L = 1", "use trees of a flat cosmology"});
  return header;
}

/// The levels of all files, as rising scale factors: clusters of values closer than scale_tolerance.
std::vector<double> agree_on_levels(const Batch& batch, const parallel::Communicator& ranks) {
  std::vector<double> mine(batch.scale);
  std::sort(mine.begin(), mine.end());
  mine.erase(std::unique(mine.begin(), mine.end()), mine.end());
  std::vector<double> all = ranks.gather_all(mine);
  std::sort(all.begin(), all.end());
  std::vector<double> levels;
  for (const double a : all)
    if (levels.empty() || a - levels.back() > scale_tolerance) levels.push_back(a);
  return levels;
}

struct TreeFacts {
  std::int64_t tree_id = -1;
  double cost = 0.0;
};

struct TreeOwner {
  std::int64_t tree_id = -1, forest_id = -1;
};

/// forests.list: "TreeRootID ForestID" per line. Rank 0 reads, all know.
std::vector<TreeOwner> read_forest_list(const std::string& path, const parallel::Communicator& ranks) {
  std::vector<TreeOwner> list;
  parallel::together(ranks, [&] {
    if (!ranks.is_root()) return;
    const MappedFile file(path);
    std::string_view text = file.bytes();
    for (std::int64_t line_number = 1; !text.empty(); ++line_number) {
      const std::size_t n = std::min(text.find('\n'), text.size());
      const std::string_view line = text.substr(0, n);
      text.remove_prefix(std::min(n + 1, text.size()));
      std::vector<std::string_view> words;
      for (std::size_t p = 0; p < line.size();) {
        while (p < line.size() && static_cast<unsigned char>(line[p]) <= ' ') ++p;
        const std::size_t begin = p;
        while (p < line.size() && static_cast<unsigned char>(line[p]) > ' ') ++p;
        if (p > begin) words.push_back(line.substr(begin, p - begin));
      }
      if (words.empty() || words.front().front() == '#') continue;
      TreeOwner owner;
      if (words.size() < 2 || !parse_integer(words[0], owner.tree_id) || !parse_integer(words[1], owner.forest_id))
        throw InputError({fmt::format("a line of '{}' is not a tree id and a forest id", path),
                          fmt::format("{}, line {}", path, line_number), "two whole numbers: TreeRootID ForestID",
                          "repair the line, or remove the file: forests are then found from the links"});
      list.push_back(owner);
    }
    std::sort(list.begin(), list.end(), [](const TreeOwner& a, const TreeOwner& b) { return a.tree_id < b.tree_id; });
  });
  return ranks.broadcast(list);
}

/// The trees that hold the halos to which links lead out of a tree. Collective.
std::vector<TreeContact> contacts_of(const Batch& batch, const parallel::Communicator& ranks) {
  std::vector<std::int64_t> wanted;
  for (const OutwardLink& l : batch.links) wanted.push_back(l.halo_id);
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  wanted = ranks.gather_all(wanted);
  const std::unordered_set<std::int64_t> asked(wanted.begin(), wanted.end());
  std::vector<OutwardLink> answers;
  if (!asked.empty())
    for (const Row& row : batch.rows)
      if (asked.count(row.id) != 0) answers.push_back({row.tree_id, row.id});
  answers = ranks.gather_all(answers);
  const auto by_halo = [](const OutwardLink& a, const OutwardLink& b) { return a.halo_id < b.halo_id; };
  std::sort(answers.begin(), answers.end(), by_halo);
  std::vector<TreeContact> contacts;
  for (const OutwardLink& l : batch.links) {
    const auto at = std::lower_bound(answers.begin(), answers.end(), l, by_halo);
    if (at != answers.end() && at->halo_id == l.halo_id) contacts.push_back({l.tree_id, at->tree_id});
  }
  return ranks.gather_all(contacts);
}

/// Owner and forest of every tree; equal on all ranks.
struct Ownership {
  std::vector<std::int64_t> tree_id, forest_of_tree;  ///< trees rising
  std::vector<std::int64_t> forest_id;                ///< rising
  std::vector<std::size_t> cut;                       ///< first forest of each rank

  int rank_of(std::size_t forest) const {
    return static_cast<int>(std::upper_bound(cut.begin(), cut.end(), forest) - cut.begin()) - 1;
  }
  std::size_t forest_index(std::int64_t tree) const {
    const auto at = std::lower_bound(tree_id.begin(), tree_id.end(), tree);
    const std::int64_t id = forest_of_tree[static_cast<std::size_t>(at - tree_id.begin())];
    return static_cast<std::size_t>(std::lower_bound(forest_id.begin(), forest_id.end(), id) - forest_id.begin());
  }
};

Ownership agree_on_owners(const Batch& batch, const FileSet& set, const parallel::Communicator& ranks) {
  std::vector<TreeFacts> mine;
  for (const Block& b : batch.blocks) {
    TreeFacts t{b.tree_id, 0.0};
    for (std::size_t i = b.first_row; i < b.first_row + b.n_rows; ++i) t.cost += predicted_cost(batch.rows[i].m_vir_msun);
    mine.push_back(t);
  }
  std::vector<TreeFacts> trees = ranks.gather_all(mine);
  std::sort(trees.begin(), trees.end(), [](const TreeFacts& a, const TreeFacts& b) {
    return a.tree_id != b.tree_id ? a.tree_id < b.tree_id : a.cost < b.cost;
  });
  Ownership own;
  for (const TreeFacts& t : trees)
    if (own.tree_id.empty() || own.tree_id.back() != t.tree_id) own.tree_id.push_back(t.tree_id);
  if (set.forest_list.empty()) {
    own.forest_of_tree = forests_of(own.tree_id, contacts_of(batch, ranks));
  } else {
    const std::vector<TreeOwner> list = read_forest_list(set.forest_list, ranks);
    for (const std::int64_t id : own.tree_id) {
      const auto at = std::lower_bound(list.begin(), list.end(), id,
                                       [](const TreeOwner& o, std::int64_t wanted) { return o.tree_id < wanted; });
      if (at == list.end() || at->tree_id != id)
        throw InputError({fmt::format("tree {} is not in '{}'", id, set.forest_list), set.forest_list,
                          "a line for every tree of the tree files",
                          "use the forests.list that was written with these trees, or remove it: forests are then found from "
                          "the links"});
      own.forest_of_tree.push_back(at->forest_id);
    }
  }
  own.forest_id = own.forest_of_tree;
  std::sort(own.forest_id.begin(), own.forest_id.end());
  own.forest_id.erase(std::unique(own.forest_id.begin(), own.forest_id.end()), own.forest_id.end());
  std::vector<double> cost(own.forest_id.size(), 0.0);
  for (const TreeFacts& t : trees) cost[own.forest_index(t.tree_id)] += t.cost;
  own.cut = contiguous_cut(cost, ranks.size());
  return own;
}

/// Rows go to the rank that owns their forest.
std::vector<Row> send_home(Batch& batch, const Ownership& own, const parallel::Communicator& ranks) {
  if (ranks.size() == 1) return std::move(batch.rows);
  std::vector<std::vector<Row>> outgoing(static_cast<std::size_t>(ranks.size()));
  for (const Block& b : batch.blocks) {
    auto& part = outgoing[static_cast<std::size_t>(own.rank_of(own.forest_index(b.tree_id)))];
    const auto first = batch.rows.begin() + static_cast<std::ptrdiff_t>(b.first_row);
    part.insert(part.end(), first, first + static_cast<std::ptrdiff_t>(b.n_rows));
  }
  std::vector<Row>().swap(batch.rows);
  return ranks.exchange(outgoing);
}

Catalogue as_columns(const std::vector<Row>& rows, const Ownership& own, int rank, double volume_cmpc3,
                     const std::vector<double>& scale, bool check_progenitors) {
  Catalogue c;
  for (const double a : scale) c.redshift.push_back(1.0 / a - 1.0);
  const std::size_t first = own.cut[static_cast<std::size_t>(rank)], last = own.cut[static_cast<std::size_t>(rank) + 1];
  c.forest_id.assign(own.forest_id.begin() + static_cast<std::ptrdiff_t>(first),
                     own.forest_id.begin() + static_cast<std::ptrdiff_t>(last));
  c.weight_per_cmpc3.assign(last - first, 1.0 / volume_cmpc3);
  const std::size_t n = rows.size();
  c.id.reserve(n);
  c.descendant_id.reserve(n);
  c.host_id.reserve(n);
  c.level.reserve(n);
  c.m_vir_msun.reserve(n);
  c.position_cmpc.reserve(n);
  c.flags.reserve(n);
  c.forest.reserve(n);
  std::int64_t tree = -1;
  std::uint32_t forest = 0;
  for (const Row& r : rows) {
    if (r.tree_id != tree) {
      tree = r.tree_id;
      forest = static_cast<std::uint32_t>(own.forest_index(tree) - first);
    }
    c.id.push_back(r.id);
    c.descendant_id.push_back(r.descendant_id);
    c.host_id.push_back(r.host_id);
    c.level.push_back(r.level);
    c.m_vir_msun.push_back(r.m_vir_msun);
    c.position_cmpc.push_back(r.position_cmpc);
    c.flags.push_back(r.flags);
    c.forest.push_back(forest);
    if (check_progenitors) c.n_progenitors_expected.push_back(r.n_progenitors);
  }
  return c;
}

}  // namespace

bool recognise(const std::string& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) {
    for (fs::directory_iterator entry(path, error), end; !error && entry != end; entry.increment(error))
      if (is_tree_file(entry->path())) return true;
    return false;
  }
  try {
    const MappedFile file(path);
    std::string first;
    const auto keep = [&](std::string_view lines, std::int64_t) {
      first = std::string(lines.substr(0, std::min(lines.find('\n'), lines.size())));
      return false;
    };
    if (file.is_gzip())
      unpack_lines(file, keep);
    else
      keep(file.bytes(), 0);
    for (char& ch : first) ch = static_cast<char>(std::tolower(static_cast<unsigned char>(ch)));
    return !first.empty() && first.front() == '#' && first.find("scale") != std::string::npos &&
           first.find("desc") != std::string::npos;
  } catch (const InputError&) {
    return is_tree_file(path);  // let the reader say what is wrong with it
  }
}

Catalogue read(const std::string& path, const Options& options, const cosmology::Parameters& cosmology,
               const parallel::Communicator& ranks, ForestInfo& info) {
  const FileSet set = list_files(path, ranks);
  Batch batch;
  std::vector<FileReport> reports;
  parallel::together(ranks, [&] { reports = parse_share(set, options, cosmology.h, ranks, batch); });
  const FileReport header = agree_on_header(ranks.gather_all(reports), set, options, cosmology);

  const double h = header.h > 0 ? header.h : cosmology.h;
  info.source = path;
  info.format = "consistent_trees";
  info.box_cmpc = header.box_mpc_h > 0 ? header.box_mpc_h / h : 0.0;
  info.volume_cmpc3 = options.volume_cmpc3 > 0 ? options.volume_cmpc3 : std::pow(info.box_cmpc, 3);
  if (!(info.volume_cmpc3 > 0.0))
    throw InputError({fmt::format("the header of '{}' does not give the size of the box", set.paths.front()),
                      fmt::format("{}, header", set.paths.front()), "a line such as: #Full box size = 4.000000 Mpc/h",
                      "add the line, or set trees.volume_cmpc3"});
  if (header.h < 0 || header.omega_m < 0)
    info.warnings.push_back(fmt::format(
        "The header of '{}' does not give {}: the values of the parameters are used.", set.paths.front(),
        header.h < 0 && header.omega_m < 0 ? "Omega_M and h0" : (header.h < 0 ? "h0" : "Omega_M")));
  if (info.box_cmpc == 0.0)
    info.warnings.push_back(fmt::format("The header of '{}' does not give the size of the box: positions are not periodic.",
                                        set.paths.front()));

  const std::vector<double> scale = agree_on_levels(batch, ranks);
  std::vector<std::uint32_t> level_of;
  for (const double a : batch.scale)
    level_of.push_back(static_cast<std::uint32_t>(std::upper_bound(scale.begin(), scale.end(), a) - scale.begin() - 1));
  for (Row& row : batch.rows) row.level = level_of[row.level];

  const Ownership own = agree_on_owners(batch, set, ranks);
  const std::vector<Row> rows = send_home(batch, own, ranks);
  return as_columns(rows, own, ranks.rank(), info.volume_cmpc3, scale, options.check_progenitors);
}

}  // namespace cecropia::tree::consistent_trees
