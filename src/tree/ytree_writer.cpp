#include "cecropia/tree/ytree_writer.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <numeric>
#include <optional>
#include <tuple>
#include <utility>

#include "cecropia/core/error.hpp"
#include "cecropia/core/version.hpp"
#include "cecropia/io/atomic_file.hpp"
#include "cecropia/io/hash.hpp"
#include "cecropia/io/hdf5.hpp"
#include "cecropia/io/left_over.hpp"
#include "cecropia/parallel/agree.hpp"
#include "cecropia/tree/id_index.hpp"
#include "ytree_names.hpp"

namespace cecropia::tree::ytree {
namespace fs = std::filesystem;
namespace {

constexpr double halos_per_file = 524288;  // as ytree itself has it
const io::Storage storage{.deflate_level = 1, .shuffle = true, .chunk_rows = 32768};

/// Fields of the nodes of one data file, or of the roots of all.
struct Nodes {
  std::vector<std::int64_t> id, descendant, host, forest;
  std::vector<double> mass, redshift, weight;
  std::vector<double> position[3];
  std::vector<std::uint8_t> main, phantom, interpolated;
  bool has_position = false;

  /// Calls visit(name, column, unit, description) for each field.
  template <class Self, class Visitor>
  static void for_each(Self& self, Visitor&& visit) {
    visit(fields.id, self.id, "", "Id of the halo.");
    visit(fields.descendant, self.descendant, "", "Id of its descendant; -1 at a root.");
    visit(fields.host, self.host, "", "Id of its host; -1 for a central halo.");
    visit(fields.mass, self.mass, "Msun", "Mass of the halo.");
    visit(fields.redshift, self.redshift, "", "Redshift of the halo.");
    if (self.has_position)
      for (std::size_t k = 0; k < 3; ++k)
        visit(fields.position[k], self.position[k], "Mpc", "Comoving position (single precision).");
    visit(fields.main, self.main, "", "1: named main progenitor of its descendant by the source.");
    visit(fields.phantom, self.phantom, "", "1: found by the tree code, not by the halo finder.");
    visit(fields.interpolated, self.interpolated, "", "1: set in between two halos of the source.");
    visit(fields.forest, self.forest, "", "Id of the forest of the tree.");
    visit(fields.weight, self.weight, "Mpc**-3", "Number density that the forest stands for (comoving).");
  }
  std::size_t size() const { return id.size(); }
};

/// Place of the root of each halo. Halos stand by forest and level (Batches::fetch), so descendants come later.
std::vector<std::size_t> roots_of(const Catalogue& c) {
  IdIndex place;
  place.reset(c.n_halos());
  for (std::size_t h = 0; h < c.n_halos(); ++h) place.insert(c.id[h], static_cast<Halo>(h));
  std::vector<std::size_t> root(c.n_halos());
  for (std::size_t h = c.n_halos(); h-- > 0;)
    root[h] = c.descendant_id[h] < 0 ? h : root[place.find(c.descendant_id[h])];
  return root;
}

/// By forest, tree, and the latest first: so the root of each tree comes first.
std::vector<std::size_t> tree_order(const Catalogue& c, const std::vector<std::size_t>& root) {
  std::vector<std::size_t> order(c.n_halos());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::tie(c.forest[a], c.id[root[a]], c.level[b], c.id[a]) <
           std::tie(c.forest[b], c.id[root[b]], c.level[a], c.id[b]);
  });
  return order;
}

Nodes nodes_of(const Catalogue& c, const std::vector<std::size_t>& order) {
  Nodes n;
  n.has_position = !c.position_cmpc.empty();
  for (const std::size_t h : order) {
    n.id.push_back(c.id[h]);
    n.descendant.push_back(c.descendant_id[h]);
    n.host.push_back(c.host_id[h]);
    n.mass.push_back(c.m_vir_msun[h]);
    n.redshift.push_back(c.redshift[c.level[h]]);
    if (n.has_position)
      for (std::size_t k = 0; k < 3; ++k) n.position[k].push_back(static_cast<double>(c.position_cmpc[h][k]));
    const auto has = [&](std::uint8_t flag) { return static_cast<std::uint8_t>((c.flags[h] & flag) != 0 ? 1 : 0); };
    n.main.push_back(has(Forest::is_main_progenitor));
    n.phantom.push_back(has(Forest::is_phantom));
    n.interpolated.push_back(has(Forest::is_interpolated));
    n.forest.push_back(c.forest_id[c.forest[h]]);
    n.weight.push_back(c.weight_per_cmpc3[c.forest[h]]);
  }
  return n;
}

void write_nodes(io::SerialFile& file, const Nodes& nodes) {
  Nodes::for_each(nodes, [&](const char* name, const auto& column, const char* units, const char* what) {
    file.write(in_data(name), column, {column.size()}, *units == '\0' ? "-" : units, what, storage);
    file.write_attribute(in_data(name), "units", units);
  });
}

void write_index(io::SerialFile& file, const std::vector<std::int64_t>& size, const char* of) {
  std::vector<std::int64_t> end(size.size()), begin(size.size());
  std::partial_sum(size.begin(), size.end(), end.begin());
  for (std::size_t i = 0; i < size.size(); ++i) begin[i] = end[i] - size[i];
  const auto write = [&](const char* name, const std::vector<std::int64_t>& values, const char* what) {
    file.write(name, values, "-", fmt::format("{} of {}.", what, of));
    file.write_attribute(name, "units", "");
  };
  write("index/tree_start_index", begin, "First");
  write("index/tree_end_index", end, "One behind the last");
  write("index/tree_size", size, "Number");
}

/// A folder beside the target for what is not finished, gone when everything is.
class Staging {
 public:
  Staging(const fs::path& target, const parallel::Communicator& ranks) {
    folder_ = ranks.broadcast(io::temporary_beside(target).string());
    parallel::on_root(ranks, [&] {
      std::error_code error;
      if (fs::is_directory(target, error))
        throw InputError({"the output file has the name of a folder", target.string(), "the name of a file",
                          "remove or rename the folder, or choose another name for the output"});
      const mode_t for_us_alone = 0700;
      const bool made = ::mkdir(folder_.c_str(), for_us_alone) == 0;
      error.assign(errno, std::generic_category());
      if (!made)
        throw InputError({fmt::format("making a folder beside '{}' failed: {}", target.string(), error.message()),
                          target.string(), "a folder that exists and that you may write to",
                          error == std::errc::no_such_file_or_directory
                              ? "make the folder (mkdir -p), or choose another place for the output"
                              : "choose another place for the output"});
    });
  }
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;
  ~Staging() {
    std::error_code ignored;  // files of other ranks may be in it: the last one empties it
    fs::remove_all(folder_, ignored);
  }
  fs::path operator/(const std::string& name) const { return fs::path(folder_) / name; }

 private:
  std::string folder_;
};

class Writer {
 public:
  Writer(const Batches& set, const fs::path& target, const parallel::Communicator& ranks)
      : set_(set), target_(target), ranks_(ranks) {
    if (target.extension() != suffix)
      throw InputError({"the header of an arbor has another name", target.string(), "a name that ends in .h5",
                        "choose such a name for --out"});
    staging_.emplace(target, ranks);
    prefix_ = target.filename().string();
    prefix_.resize(prefix_.size() - std::string(suffix).size());
  }

  /// Each rank one data file, or none.
  void add(const Catalogue& part, std::optional<std::size_t> number) {
    const std::vector<std::size_t> root = roots_of(part), order = tree_order(part, root);
    std::vector<std::int64_t> size;
    std::vector<std::size_t> roots;
    for (const std::size_t h : order) {
      if (root[h] == h) {
        roots.push_back(h);
        size.push_back(0);
      }
      ++size.back();
    }
    parallel::together(ranks_, [&] {
      if (!number) return;
      io::SerialFile file = io::SerialFile::create(*staging_ / data_file(prefix_, *number));
      write_nodes(file, nodes_of(part, order));
      write_index(file, size, "the nodes of the tree");
      file.commit();
    });
    hash(part);
    gather(nodes_of(part, roots), number ? std::optional(size.size()) : std::nullopt,
           static_cast<std::int64_t>(part.n_halos()), static_cast<std::int64_t>(part.forest_id.size()));
  }

  Conversion finish() {
    done_.content_hash = hash_.value(ranks_);
    parallel::on_root(ranks_, [&] {
      io::SerialFile header = io::SerialFile::create(*staging_ / target_.filename().string());
      describe(header);
      header.commit();
      put_into_place();
    });
    ranks_.barrier();
    return done_;
  }

 private:
  void gather(const Nodes& roots, std::optional<std::size_t> n_trees, std::int64_t n_halos, std::int64_t n_forests) {
    const auto to_root = [&](const auto& mine) {
      std::vector<std::decay_t<decltype(mine)>> outgoing(static_cast<std::size_t>(ranks_.size()));
      outgoing[0] = mine;
      return ranks_.exchange(outgoing);
    };
    roots_.has_position = ranks_.any(roots_.has_position || roots.has_position);
    const auto take = [&](auto& all, const auto& mine) {
      const auto more = to_root(mine);
      all.insert(all.end(), more.begin(), more.end());
    };
    take(roots_.id, roots.id);
    take(roots_.descendant, roots.descendant);
    take(roots_.host, roots.host);
    take(roots_.forest, roots.forest);
    take(roots_.mass, roots.mass);
    take(roots_.redshift, roots.redshift);
    take(roots_.weight, roots.weight);
    for (std::size_t k = 0; k < 3; ++k) take(roots_.position[k], roots.position[k]);
    take(roots_.main, roots.main);
    take(roots_.phantom, roots.phantom);
    take(roots_.interpolated, roots.interpolated);
    std::vector<std::int64_t> mine;
    if (n_trees) mine.push_back(static_cast<std::int64_t>(*n_trees));
    take(trees_of_file_, mine);
    done_.n_halos += ranks_.sum(n_halos);
    done_.n_forests += ranks_.sum(n_forests);
  }

  /// Of the halos as a set: their ids tell them apart.
  void hash(const Catalogue& part) {
    for (std::size_t h = 0; h < part.n_halos(); ++h) {
      const auto at = static_cast<std::uint64_t>(part.id[h]);
      const auto add = [&](const char* name, const auto& value) { hash_.add(name, std::span(&value, 1), at); };
      add(fields.descendant, part.descendant_id[h]);
      add(fields.host, part.host_id[h]);
      add(fields.mass, part.m_vir_msun[h]);
      add(fields.redshift, part.redshift[part.level[h]]);
      add(fields.main, part.flags[h]);
      add(fields.forest, part.forest_id[part.forest[h]]);
      if (!part.position_cmpc.empty())
        for (std::size_t k = 0; k < 3; ++k) add(fields.position[k], part.position_cmpc[h][k]);
    }
  }

  void describe(io::SerialFile& header) const {
    const SetDescription& d = set_.description();
    header.write_attribute("/", "arbor_type", arbor_type);
    header.write_attribute("/", "hubble_constant", d.h);
    header.write_attribute("/", "omega_matter", d.omega_m);
    header.write_attribute("/", "omega_lambda", d.omega_l);
    if (d.box_cmpc > 0.0) {
      header.write_attribute("/", "box_size", d.box_cmpc);
      header.write_attribute("/", "box_size_units", "Mpc");
    }
    header.write_attribute("/", "unit_system_name", "mks");
    header.write_attribute("/", "field_info", field_info());
    header.write_attribute("/", "total_files", static_cast<std::int64_t>(trees_of_file_.size()));
    header.write_attribute("/", "total_trees", static_cast<std::int64_t>(roots_.size()));
    header.write_attribute("/", "total_nodes", done_.n_halos);
    write_index(header, trees_of_file_, "the trees in the data file");
    write_nodes(header, roots_);
    const std::string ours = names_of_ours.group;
    header.write_attribute(ours, "schema", std::int64_t{1});
    header.write_attribute(ours, "fileBuiltBy", "cecropia " + std::string(version()));
    header.write_attribute(ours, "source", d.source);
    header.write_attribute(ours, "sourceFormat", d.format);
    header.write_attribute(ours, "contentHash", io::hex(done_.content_hash));
    if (d.volume_cmpc3 > 0.0) header.write_attribute(ours, names_of_ours.volume, d.volume_cmpc3);
    if (d.m_resolution_msun > 0.0) header.write_attribute(ours, names_of_ours.resolution, d.m_resolution_msun);
    header.write(ours + "/" + names_of_ours.levels, d.redshift, "-", "Redshifts of the levels.");
  }
  /// Names and units are ours: nothing in them needs an escape.
  std::string field_info() const {
    std::string json = "{";
    Nodes::for_each(roots_, [&](const char* name, const auto&, const char* units, const char* what) {
      json += fmt::format("{}\"{}\": {{\"units\": \"{}\", \"description\": \"{}\"}}", json.size() > 1 ? ", " : "", name,
                          units, what);
    });
    return json + "}";
  }

  void put_into_place() const {
    std::error_code error;
    const auto rename = [&](const std::string& name) {
      fs::rename(*staging_ / name, target_.parent_path() / name, error);
      if (error)
        throw InputError({fmt::format("giving '{}' its place failed: {}", name, error.message()), target_.string(),
                          "a folder that you may write to", "choose another place for the output"});
    };
    fs::remove(target_, error);  // from here on there is no arbor of this name until it is whole
    for (std::size_t f = 0; f < trees_of_file_.size(); ++f) rename(data_file(prefix_, f));
    rename(target_.filename().string());
  }

  const Batches& set_;
  fs::path target_;
  const parallel::Communicator& ranks_;
  std::optional<Staging> staging_;
  std::string prefix_;
  Nodes roots_;                              ///< rank 0: of all trees so far
  std::vector<std::int64_t> trees_of_file_;  ///< rank 0
  Conversion done_;
  io::CanonicalHash hash_;
};

}  // namespace

Conversion write(Batches& set, const fs::path& target, const parallel::Communicator& ranks,
                 const ConversionProgress& progress) {
  Writer writer(set, target, ranks);
  const std::vector<double>& halos = set.predicted_halos();
  double done = 0.0;
  const auto files = windows(halos, halos_per_file);
  const auto at_once = static_cast<std::size_t>(ranks.size());
  for (std::size_t first = 0; first < files.size(); first += at_once) {
    const std::size_t mine = first + static_cast<std::size_t>(ranks.rank());
    const auto [begin, end] = mine < files.size() ? files[mine] : std::pair<std::size_t, std::size_t>{0, 0};
    writer.add(set.fetch(begin, end), mine < files.size() ? std::optional(mine) : std::nullopt);
    const std::size_t last = files[std::min(files.size(), first + at_once) - 1].second;
    for (std::size_t f = files[first].first; f < last; ++f) done += halos[f];
    progress(done);
  }
  return writer.finish();
}

}  // namespace cecropia::tree::ytree
