#include "cecropia/tree/lhalo_tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/file_series.hpp"
#include "cecropia/tree/text_file.hpp"

namespace cecropia::tree::lhalo_tree {
namespace {

static_assert(std::endian::native == std::endian::little, "the records are read as they stand in the file");

template <class T>
T value_at(std::string_view bytes, std::size_t offset) {
  T value{};
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

/// True if the numbers of halos of all trees are there and add up. Text that begins like a header ends in the first
/// few.
bool adds_up(std::string_view bytes) {
  if (bytes.size() < 8) return false;
  const auto n_trees = value_at<std::int32_t>(bytes, 0), n_halos = value_at<std::int32_t>(bytes, 4);
  if (n_trees <= 0 || n_halos < n_trees || static_cast<std::size_t>(n_trees) > (bytes.size() - 8) / 4) return false;
  std::int64_t sum = 0;
  for (std::size_t t = 0; t < static_cast<std::size_t>(n_trees); ++t) {
    const auto n = value_at<std::int32_t>(bytes, 8 + 4 * t);
    sum += n;
    if (n <= 0 || sum > n_halos) return false;
  }
  return sum == n_halos;
}

bool is_tree_file(const std::string& path) {
  try {
    return adds_up(MappedFile(path).bytes());
  } catch (const InputError&) {
    return false;
  }
}

struct TreeFile {
  std::string path;
  std::size_t first_tree = 0, n_trees = 0;
  std::int64_t first_row = 0, n_rows = 0;
  std::size_t header_bytes() const { return 8 + 4 * n_trees; }
  std::size_t bytes() const { return header_bytes() + record_bytes * static_cast<std::size_t>(n_rows); }
};

class LHaloTreeReader : public Reader {
 public:
  LHaloTreeReader(const Parameters& parameters, const cosmology::Parameters& cosmology)
      : frame_(frame_of(parameters, cosmology)), particle_mass_msun_h_(parameters.particle_mass_msun * cosmology.h) {
    const std::vector<std::string> masses{"M_Mean200", "M_Crit200", "M_TopHat", "Mvir"};
    constexpr std::array of_name{Mass::mean200, Mass::crit200, Mass::top_hat, Mass::crit200};
    mass_ = of_name[choose_mass(parameters.mass_column, masses, parameters.path)];
    facts_.scale = scale_factors_from(parameters, "LHaloTree");
    if (parameters.box_cmpc > 0.0) facts_.box_cmpc = parameters.box_cmpc;
    facts_.warnings.emplace_back(
        "LHaloTree files do not tell cosmology and units: Omega_M and h of the parameters and 1e10 Msun/h and Mpc/h "
        "are "
        "taken.");
    frame_.n_snapshots = facts_.scale.size();
    for (const std::string& file : uncounted_set(parameters.path, is_tree_file, parameters.volume_cmpc3 > 0.0,
                                                 "files trees_NNN.0, trees_NNN.1, ... of LHaloTree"))
      add(file);
    row_.push_back(n_rows_);
    compare_snapshots();
  }

  void read(std::size_t first, std::size_t last, Catalogue& into) const override {
    std::uint32_t place = 0;
    std::optional<MappedFile> map;
    const TreeFile* open = nullptr;
    for (std::size_t t = first; t < last; ++t) {
      const TreeFile& file = file_of(t);
      if (&file != open) {
        map = map_again(file);
        open = &file;
      }
      const std::size_t begin = file.header_bytes() + record_bytes * static_cast<std::size_t>(row_[t] - file.first_row);
      const std::size_t n = static_cast<std::size_t>(row_[t + 1] - row_[t]);
      SubhaloFrame frame = frame_;
      frame.place = [&](std::size_t i) {
        return fmt::format("{}, tree {} of this file, its halo {}, byte {}", file.path, t - file.first_tree, i,
                           begin + i * record_bytes);
      };
      append(into, place++, decode(map->bytes().substr(begin, n * record_bytes), row_[t], mass_, particle_mass_msun_h_),
             frame);
    }
  }

 private:
  static SubhaloFrame frame_of(const Parameters& parameters, const cosmology::Parameters& cosmology) {
    SubhaloFrame frame;
    frame.h = cosmology.h;
    frame.box_mpc_h = parameters.box_cmpc * cosmology.h;
    frame.check_progenitors = parameters.check_progenitors;
    frame.fix_of_mass =
        "satellites have no group mass: give the mass of a particle with trees.particle_mass_msun (without h), so that "
        "it is the mass of their particles; or choose another mass with trees.mass_column";
    return frame;
  }

  void add(const std::string& path) {
    const MappedFile file(path);
    const Header header = parse_header(file.bytes(), path);
    files_.push_back({path, forests_.size(), header.n_halos_of_tree.size(), n_rows_, header.n_halos});
    for (const std::int32_t n : header.n_halos_of_tree) {
      forests_.push_back({static_cast<std::int64_t>(forests_.size()), n, std::nullopt});
      row_.push_back(n_rows_);
      n_rows_ += n;
    }
  }

  const TreeFile& file_of(std::size_t tree) const {
    const auto after = std::upper_bound(files_.begin(), files_.end(), tree,
                                        [](std::size_t t, const TreeFile& f) { return t < f.first_tree; });
    return *std::prev(after);  // empty files have the same first tree as the one after them, and stand before it
  }

  static MappedFile map_again(const TreeFile& file) {
    MappedFile map(file.path);
    if (map.bytes().size() != file.bytes())
      throw InputError({fmt::format("the tree file '{}' has changed while it was read", file.path),
                        fmt::format("{}, byte {}", file.path, std::min(map.bytes().size(), file.bytes())),
                        fmt::format("{} bytes, as at the beginning", file.bytes()),
                        "leave tree files alone during a run"});
    return map;
  }

  /// A list of scale factors that is longer than the trees shifts all times: the first halo of a tree is at its end, so
  /// a few of them tell the last snapshot.
  void compare_snapshots() {
    constexpr std::size_t n_asked = 256;
    const std::size_t step = std::max<std::size_t>(1, forests_.size() / n_asked);
    std::int64_t latest = -1;
    std::optional<MappedFile> map;
    const TreeFile* open = nullptr;
    for (std::size_t t = 0; t < forests_.size(); t += step) {
      const TreeFile& file = file_of(t);
      if (&file != open) map = map_again(file);
      open = &file;
      const std::size_t begin = file.header_bytes() + record_bytes * static_cast<std::size_t>(row_[t] - file.first_row);
      latest = std::max<std::int64_t>(latest, value_at<std::int32_t>(map->bytes(), begin + 88));
    }
    const auto listed = static_cast<std::int64_t>(facts_.scale.size());
    if (latest >= 0 && latest < listed - 1)
      facts_.warnings.push_back(
          fmt::format("trees.scale_factors lists {} snapshots, but the trees end at snapshot {}: check that the list "
                      "belongs to them.",
                      listed, latest));
  }

  SubhaloFrame frame_;
  double particle_mass_msun_h_;
  Mass mass_ = Mass::crit200;
  std::vector<TreeFile> files_;
  std::vector<std::int64_t> row_;  // first row of each tree, and the end
  std::int64_t n_rows_ = 0;
};

}  // namespace

Header parse_header(std::string_view bytes, const std::string& path) {
  const auto refuse = [&](const std::string& what, std::size_t byte, const std::string& expected) {
    throw InputError({what, fmt::format("{}, byte {}", path, byte), expected,
                      "copy the file again and compare its size with the original"});
  };
  if (bytes.size() < 8)
    refuse(fmt::format("'{}' ends inside its header: the file was cut", path), bytes.size(), "at least 8 bytes");
  Header header;
  const auto n_trees = value_at<std::int32_t>(bytes, 0);
  header.n_halos = value_at<std::int32_t>(bytes, 4);
  if (n_trees < 0) refuse(fmt::format("the number of trees is {}", n_trees), 0, "an LHaloTree file (binary)");
  if (header.n_halos < 0)
    refuse(fmt::format("the number of halos is {}", header.n_halos), 4, "an LHaloTree file (binary)");
  const std::size_t header_bytes = 8 + 4 * static_cast<std::size_t>(n_trees);
  const std::size_t expected = header_bytes + record_bytes * static_cast<std::size_t>(header.n_halos);
  if (bytes.size() < expected)
    refuse(
        fmt::format("'{}' ends inside {}: the file was cut", path,
                    bytes.size() < header_bytes ? "its header"
                                                : fmt::format("halo {}", (bytes.size() - header_bytes) / record_bytes)),
        bytes.size(), fmt::format("{} bytes: {} trees with {} halos", expected, n_trees, header.n_halos));
  if (bytes.size() > expected)
    refuse(fmt::format("'{}' is longer than its header says", path), expected,
           fmt::format("{} bytes: {} trees with {} halos", expected, n_trees, header.n_halos));
  header.n_halos_of_tree.resize(static_cast<std::size_t>(n_trees));
  std::int64_t sum = 0;
  for (std::size_t t = 0; t < header.n_halos_of_tree.size(); ++t) {
    const auto n = header.n_halos_of_tree[t] = value_at<std::int32_t>(bytes, 8 + 4 * t);
    if (n <= 0) refuse(fmt::format("tree {} has {} halos", t, n), 8 + 4 * t, "at least one halo in each tree");
    sum += n;
  }
  if (sum != header.n_halos)
    refuse(fmt::format("the trees have {} halos together, but the header says {}", sum, header.n_halos), 4,
           "numbers that add up");
  return header;
}

Subhalos decode(std::string_view records, std::int64_t first_id, Mass mass, double particle_mass_msun_h) {
  Subhalos s;
  const std::size_t n = records.size() / record_bytes;
  for (auto* column : {&s.id, &s.descendant, &s.first_progenitor, &s.next_progenitor, &s.first_in_group, &s.snapshot})
    column->reserve(n);
  s.mass_msun_h.reserve(n);
  s.position_mpc_h.reserve(n);
  for (std::size_t i = 0; i < n; ++i) {
    const std::string_view r = records.substr(i * record_bytes, record_bytes);
    s.id.push_back(first_id + static_cast<std::int64_t>(i));
    s.descendant.push_back(value_at<std::int32_t>(r, 0));
    s.first_progenitor.push_back(value_at<std::int32_t>(r, 4));
    s.next_progenitor.push_back(value_at<std::int32_t>(r, 8));
    s.first_in_group.push_back(value_at<std::int32_t>(r, 12));
    const double group_mass = static_cast<double>(value_at<float>(r, static_cast<std::size_t>(mass))) * 1e10;
    const double own_mass = static_cast<double>(value_at<std::int32_t>(r, 20)) * particle_mass_msun_h;
    s.mass_msun_h.push_back(group_mass == 0.0 ? own_mass : group_mass);
    s.position_mpc_h.push_back({value_at<float>(r, 36), value_at<float>(r, 40), value_at<float>(r, 44)});
    s.snapshot.push_back(value_at<std::int32_t>(r, 88));
  }
  return s;
}

bool recognise(const std::string& path) { return file_or_series(path, is_tree_file); }

std::unique_ptr<Reader> open(const Parameters& parameters, const cosmology::Parameters& cosmology) {
  return std::make_unique<LHaloTreeReader>(parameters, cosmology);
}

}  // namespace cecropia::tree::lhalo_tree
