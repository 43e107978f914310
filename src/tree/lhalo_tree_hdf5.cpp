#include "cecropia/tree/lhalo_tree_hdf5.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/file_series.hpp"
#include "cecropia/tree/subhalos.hpp"
#include "halo_table.hpp"

namespace cecropia::tree::lhalo_tree_hdf5 {
namespace {

constexpr std::size_t n_particle_types = 6;

bool is_tree_file(const std::string& path) {
  if (!io::looks_like_hdf5(path)) return false;
  try {
    const io::SerialFile file = io::SerialFile::open(path);
    return file.has("/Header/TreeNHalos") &&
           (file.has("/Tree0") || file.dims("/Header/TreeNHalos") == std::vector<std::size_t>{0});
  } catch (const InputError&) {
    return false;
  }
}

/// How a halo's own mass is told.
enum class OwnMass : std::uint8_t { total, by_type, particles };

/// How many files the set has; -1 if the file does not tell.
std::int64_t n_files_in(const std::string& path) {
  const io::SerialFile file = io::SerialFile::open(path);
  if (!file.has_attribute("/Header", "NumberOfOutputFiles")) return -1;
  return std::max<std::int64_t>(1, count_attribute(file, "/Header", "NumberOfOutputFiles", 1'000'000));
}

struct TreeFile {
  std::string path;
  std::size_t first_tree = 0, n_trees = 0;
};

class LHaloTreeHdf5Reader : public Reader {
 public:
  LHaloTreeHdf5Reader(const Parameters& parameters, const cosmology::Parameters& cosmology) {
    frame_.h = cosmology.h;
    frame_.box_mpc_h = parameters.box_cmpc * cosmology.h;
    frame_.check_progenitors = parameters.check_progenitors;
    if (parameters.box_cmpc > 0.0) facts_.box_cmpc = parameters.box_cmpc;
    facts_.warnings.emplace_back(
        "LHaloTree files do not tell their cosmology: Omega_M and h of the parameters are taken.");
    const std::vector<std::string> paths = counted_set(parameters.path, is_tree_file, n_files_in, "LHaloTree files",
                                                       "trees_sf1_NNN.0.hdf5, trees_sf1_NNN.1.hdf5, ...");
    OpenFile files;
    for (const std::string& path : paths) add(files.at(path));
    row_.push_back(n_rows_);
    const auto with_tree = std::find_if(files_.begin(), files_.end(), [](const TreeFile& f) { return f.n_trees > 0; });
    times(files.at(paths.front()), parameters);
    if (with_tree != files_.end()) choose(files.at(with_tree->path), parameters);
    frame_.n_snapshots = facts_.scale.size();
  }

  void read(std::size_t first, std::size_t last, Catalogue& into) const override {
    std::uint32_t place = 0;
    const SubhaloUnits units{1e-3, 1.0};
    for (std::size_t t = first; t < last; ++t) {
      const TreeFile& file = file_of(t);
      const std::string group = fmt::format("/Tree{}", t - file.first_tree);
      SubhaloFrame frame = frame_;
      frame.place = [&](std::size_t i) { return fmt::format("{}, {}, row {}", file.path, group, i); };
      const auto n = static_cast<std::size_t>(row_[t + 1] - row_[t]);
      SubhaloColumns c = columns(file_.at(file.path), group, n);
      Subhalos halos = decode(c, 0, n, units, row_[t], frame.place);
      snapshots_.to_levels(halos.snapshot);
      append(into, place++, halos, frame);
    }
  }

 private:
  void add(const io::SerialFile& file) {
    const std::string path = file.path().string();
    const std::int64_t n_trees = count_attribute(file, "/Header", "NtreesPerFile", 1 << 30);
    const std::int64_t n_halos = count_attribute(file, "/Header", "NhalosPerFile");
    require_rows(file, "/Header/TreeNHalos", static_cast<std::size_t>(n_trees));
    const std::vector<std::int64_t> sizes = file.read_int64("/Header/TreeNHalos").data;
    files_.push_back({path, forests_.size(), sizes.size()});
    const std::int64_t before = n_rows_;
    for (std::size_t t = 0; t < sizes.size(); ++t) {
      if (sizes[t] <= 0 || sizes[t] > n_halos - (n_rows_ - before))
        throw InputError({fmt::format("tree {} has {} halos", t, sizes[t]),
                          fmt::format("{}, dataset /Header/TreeNHalos, row {}", path, t),
                          fmt::format("trees that together have {} halos (NhalosPerFile)", n_halos),
                          "the file is damaged: copy it again"});
      forests_.push_back({static_cast<std::int64_t>(forests_.size()), sizes[t], std::nullopt});
      row_.push_back(n_rows_);
      n_rows_ += sizes[t];
    }
    if (n_rows_ - before != n_halos || (n_trees > 0 && !file.has(fmt::format("/Tree{}", n_trees - 1))))
      throw InputError({fmt::format("'{}' holds {} trees of {} halos, but NhalosPerFile is {}", path, n_trees,
                                    n_rows_ - before, n_halos),
                        fmt::format("{}, /Header", path), "numbers that add up, and a group for each tree",
                        "the file is incomplete: copy it again"});
  }

  /// The times of the snapshots: from the parameters where they are given, else from the file.
  void times(const io::SerialFile& file, const Parameters& parameters) {
    const std::string path = file.path().string();
    if (!parameters.scale_factors.empty() || !file.has("/Header/Redshifts")) {
      facts_.scale = scale_factors_from(parameters, fmt::format("'{}'", path));
      snapshots_ = {0, std::ssize(facts_.scale) - 1, 1};
      return;
    }
    rows_in(file, "/Header/Redshifts");
    const std::vector<double> redshift = file.read_double("/Header/Redshifts").data;
    const auto count = [&](const char* key, std::int64_t missing) {
      return file.has_attribute("/Header", key) ? count_attribute(file, "/Header", key, 1'000'000) : missing;
    };
    snapshots_.last = count("LastSnapshotNr", std::ssize(redshift) - 1);
    snapshots_.first = count("FirstSnapshotNr", 0);
    snapshots_.step = std::max<std::int64_t>(1, count("SnapSkipFac", 1));
    if (snapshots_.last + 1 == std::ssize(redshift)) snapshots_ = {0, snapshots_.last, 1};  // one for every snapshot
    if (snapshots_.first > snapshots_.last || snapshots_.count() != std::ssize(redshift))
      throw InputError({fmt::format("there are {} redshifts for the snapshots {} to {} in steps of {}", redshift.size(),
                                    snapshots_.first, snapshots_.last, snapshots_.step),
                        fmt::format("{}, dataset /Header/Redshifts", path), "one redshift per snapshot",
                        "give the list of scale factors with trees.scale_factors"});
    for (std::size_t i = 0; i < redshift.size(); ++i) {
      const double a = 1.0 / (1.0 + redshift[i]);
      if (!is_scale_factor(a) || (i > 0 && !(a > facts_.scale.back())))
        throw InputError({fmt::format("the redshift of snapshot {} is {}", i, redshift[i]),
                          fmt::format("{}, dataset /Header/Redshifts, row {}", path, i), "redshifts that fall",
                          "give the list of scale factors with trees.scale_factors"});
      facts_.scale.push_back(a);
    }
  }

  void choose(const io::SerialFile& file, const Parameters& parameters) {
    const std::string mass = choose_subhalo_mass(
        parameters.mass_column, [&](const std::string& name) { return file.has("/Tree0/" + name); }, {"SubhaloMass"},
        file.path().string());
    if (file.has_attribute("/Header", "ParticleMass"))
      if (const double m = file.read_double_attribute("/Header", "ParticleMass"); m > 0.0 && std::isfinite(m))
        facts_.particle_mass_msun = m * 1e10 / frame_.h;
    const char* what = "SubhaloMass";
    if (file.has("/Tree0/SubhaloMass")) {
      own_mass_ = OwnMass::total;
    } else if (file.has("/Tree0/SubhaloMassType")) {
      own_mass_ = OwnMass::by_type;
      what = "the sum of SubhaloMassType";
    } else {
      own_mass_ = OwnMass::particles;
      what = "the mass of their particles";
      particle_mass_ = parameters.particle_mass_msun * frame_.h / 1e10;
      if (particle_mass_ == 0.0 && file.has_attribute("/Header", "ParticleMass"))
        particle_mass_ = file.read_double_attribute("/Header", "ParticleMass");
      frame_.fix_of_mass = "give the mass of a particle with trees.particle_mass_msun (without h); ";
    }
    frame_.fix_of_mass += "choose another mass with trees.mass_column, or ask whoever made the trees";
    has_numbers_ = file.has("/Tree0/SubhaloNumber");
    if (mass == "SubhaloMass") return;
    group_mass_ = mass;
    facts_.warnings.push_back(warning_of_group_mass(mass, what));
  }

  const TreeFile& file_of(std::size_t tree) const {
    const auto after = std::upper_bound(files_.begin(), files_.end(), tree,
                                        [](std::size_t t, const TreeFile& f) { return t < f.first_tree; });
    return *std::prev(after);
  }

  std::vector<double> own_mass(const io::SerialFile& file, const std::string& group, std::size_t n) const {
    if (own_mass_ == OwnMass::total) return file.read_shaped<double>(group + "/SubhaloMass", {n}).data;
    std::vector<double> mass(n, 0.0);
    if (own_mass_ == OwnMass::particles) {
      const std::vector<double> particles = file.read_shaped<double>(group + "/SubhaloLen", {n}).data;
      for (std::size_t i = 0; i < n; ++i) mass[i] = particles[i] * particle_mass_;
      return mass;
    }
    const std::vector<double> by_type =
        file.read_shaped<double>(group + "/SubhaloMassType", {n, n_particle_types}).data;
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t k = 0; k < n_particle_types; ++k) mass[i] += by_type[i * n_particle_types + k];
    return mass;
  }

  SubhaloColumns columns(const io::SerialFile& file, const std::string& group, std::size_t n) const {
    const auto integers = [&](const char* name) {
      return file.read_shaped<std::int64_t>(group + "/" + name, {n}).data;
    };
    SubhaloColumns c;
    c.descendant = integers("Descendant");
    c.first_progenitor = integers("FirstProgenitor");
    c.next_progenitor = integers("NextProgenitor");
    c.first_in_group = integers("FirstHaloInFOFGroup");
    c.snapshot = integers("SnapNum");
    if (has_numbers_) c.number = integers("SubhaloNumber");
    c.own_mass = own_mass(file, group, n);
    if (!group_mass_.empty()) c.group_mass = file.read_shaped<double>(group + "/" + group_mass_, {n}).data;
    c.position = in_threes(file.read_shaped<double>(group + "/SubhaloPos", {n, 3}).data);
    return c;
  }

  SubhaloFrame frame_;
  Snapshots snapshots_;
  OwnMass own_mass_ = OwnMass::total;
  double particle_mass_ = 0.0;  // 1e10 Msun/h
  bool has_numbers_ = false;
  std::string group_mass_;
  std::vector<TreeFile> files_;
  std::vector<std::int64_t> row_;  // first row of each tree, and the end
  std::int64_t n_rows_ = 0;
  OpenFile file_;
};

}  // namespace

void Snapshots::to_levels(std::vector<std::int64_t>& numbers) const {
  for (std::int64_t& s : numbers) s = s < first || s > last || (s - first) % step != 0 ? -1 : (s - first) / step;
}

bool recognise(const std::string& path) { return file_or_series(path, is_tree_file); }

std::unique_ptr<Reader> open(const Parameters& parameters, const cosmology::Parameters& cosmology) {
  return std::make_unique<LHaloTreeHdf5Reader>(parameters, cosmology);
}

}  // namespace cecropia::tree::lhalo_tree_hdf5
