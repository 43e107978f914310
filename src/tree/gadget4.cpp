#include "cecropia/tree/gadget4.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/file_series.hpp"
#include "cecropia/tree/subhalos.hpp"
#include "halo_table.hpp"

namespace cecropia::tree::gadget4 {
namespace {

// GADGET's own constants: with them the units of a parameter file that follows its examples are round numbers.
constexpr double mpc_cm = 3.085678e24, msun_g = 1.989e33;

bool is_tree_file(const std::string& path) {
  if (!io::looks_like_hdf5(path)) return false;
  try {
    const io::SerialFile file = io::SerialFile::open(path);
    return file.has("/TreeTable") && file.has("/TreeTimes") && file.has_attribute("/Header", "Ntrees_Total");
  } catch (const InputError&) {
    return false;
  }
}

/// The power of ten next to `unit` if that is what is meant: parameter files hold rounded constants.
double round_unit(double unit, const std::string& name, const std::string& path) {
  if (!(unit > 0.0) || !std::isfinite(unit))
    throw InputError({fmt::format("the unit {} is not a positive number", name),
                      fmt::format("{}, attribute {} of /Parameters", path, name), "a positive number in cgs units",
                      "the file is damaged: copy it again"});
  const double power = std::pow(10.0, std::round(std::log10(unit)));
  return std::abs(unit / power - 1.0) < 1e-6 ? power : unit;
}

/// What one file says of itself and of the set.
struct FileHeader {
  std::int64_t n_files, n_trees, n_trees_total, n_halos, n_halos_total;
};

FileHeader header_of(const io::SerialFile& file) {
  const auto count = [&](const char* key) { return count_attribute(file, "/Header", key); };
  return {count("NumFiles"), count("Ntrees_ThisFile"), count("Ntrees_Total"), count("Nhalos_ThisFile"),
          count("Nhalos_Total")};
}

class Gadget4Reader : public Reader {
 public:
  Gadget4Reader(const Parameters& parameters, const cosmology::Parameters&) {
    const std::vector<std::string> paths = counted_set(
        parameters.path, is_tree_file,
        [](const std::string& path) { return header_of(io::SerialFile::open(path)).n_files; }, "trees of GADGET-4",
        "trees.hdf5, or trees.0.hdf5, trees.1.hdf5, ...");
    OpenFile files;
    describe(files.at(paths.front()), parameters);
    choose(files.at(paths.front()), parameters);
    frame_.n_snapshots = facts_.scale.size();
    frame_.check_progenitors = parameters.check_progenitors;
    for (const std::string& path : paths) add(files.at(path), paths.size());
    row_.push_back(expected_);
    if (std::ssize(forests_) != total_.n_trees_total || table_.n_rows() != total_.n_halos_total ||
        row_.back() != table_.n_rows())
      throw InputError(
          {fmt::format("the files hold {} trees of {} halos and {} halos, but {} trees and {} halos are announced",
                       forests_.size(), row_.back(), table_.n_rows(), total_.n_trees_total, total_.n_halos_total),
           parameters.path, "numbers that add up over all files of the set",
           "check that all files belong to one set and are complete"});
  }

  void read(std::size_t first, std::size_t last, Catalogue& into) const override {
    std::uint32_t place = 0;
    in_blocks(row_, first, last, [&](std::size_t from, std::size_t to) {
      const SubhaloColumns c = columns(row_[from], row_[to]);
      for (std::size_t t = from; t < to; ++t) {
        const auto begin = static_cast<std::size_t>(row_[t] - row_[from]);
        const auto where = [&](std::size_t i) { return table_.where(row_[from] + static_cast<std::int64_t>(i)); };
        SubhaloFrame frame = frame_;
        frame.place = [&](std::size_t i) { return fmt::format("{}, tree {}", where(begin + i), forests_[t].id); };
        append(into, place++, decode(c, begin, static_cast<std::size_t>(row_[t + 1] - row_[from]), units_, 0, where),
               frame);
      }
    });
  }

 private:
  /// Cosmology, box, units and times.
  void describe(const io::SerialFile& file, const Parameters& parameters) {
    const std::string path = file.path().string();
    const auto number = [&](const char* key) { return file.read_double_attribute("/Parameters", key); };
    frame_.h = number("HubbleParam");
    const double box = number("BoxSize");
    if (!(frame_.h > 0.0) || !(frame_.h < 10.0) || !(box >= 0.0) || !std::isfinite(box))
      throw InputError({fmt::format("HubbleParam is {} and BoxSize {}", frame_.h, box),
                        fmt::format("{}, /Parameters", path),
                        "a Hubble constant in units of 100 km/s/Mpc and the side of the box", "repair the attributes"});
    facts_.omega_m = number("Omega0");
    facts_.omega_l = number("OmegaLambda");
    facts_.h = frame_.h;
    units_.length_mpc_h = round_unit(number("UnitLength_in_cm") / mpc_cm, "UnitLength_in_cm", path);
    units_.mass_1e10_msun_h = round_unit(number("UnitMass_in_g") / (1e10 * msun_g), "UnitMass_in_g", path);
    frame_.box_mpc_h = box * units_.length_mpc_h;
    if (box > 0.0) facts_.box_cmpc = frame_.box_mpc_h / frame_.h;
    if (box > 0.0 && parameters.box_cmpc > 0.0 && std::abs(parameters.box_cmpc / *facts_.box_cmpc - 1.0) > 1e-3)
      throw InputError(
          {fmt::format("the box of the trees is {} cMpc, trees.box_cmpc is {}", *facts_.box_cmpc, parameters.box_cmpc),
           path, "the same box", "remove trees.box_cmpc: the files tell the box"});
    if (file.read_int64_attribute("/Parameters", "ComovingIntegrationOn") == 0)
      throw InputError({"the simulation was not cosmological: ComovingIntegrationOn = 0",
                        fmt::format("{}, /Parameters", path), "a simulation in comoving coordinates",
                        "use other trees"});
    rows_in(file, "/TreeTimes/Time");
    facts_.scale = file.read<double>("/TreeTimes/Time").data;
    for (std::size_t i = 0; i < facts_.scale.size(); ++i)
      if (!is_scale_factor(facts_.scale[i]) || (i > 0 && !(facts_.scale[i] > facts_.scale[i - 1])))
        throw InputError({fmt::format("the scale factor of snapshot {} is {}", i, facts_.scale[i]),
                          fmt::format("{}, dataset /TreeTimes/Time, row {}", path, i),
                          "scale factors that rise, above 0 and not above 1.1", "repair the dataset"});
  }

  void choose(const io::SerialFile& file, const Parameters& parameters) {
    const std::string mass = choose_subhalo_mass(
        parameters.mass_column, [&](const std::string& name) { return file.has("/TreeHalos/" + name); },
        {"SubhaloMass"}, file.path().string());
    frame_.fix_of_mass = "choose another mass with trees.mass_column, or ask whoever made the trees";
    if (mass == "SubhaloMass") return;
    group_mass_ = mass;
    facts_.warnings.push_back(warning_of_group_mass(mass, "SubhaloMass"));
  }

  void add(const io::SerialFile& file, std::size_t n_files) {
    const std::string path = file.path().string();
    const FileHeader h = header_of(file);
    if (table_.parts().empty()) total_ = h;
    if (h.n_files != static_cast<std::int64_t>(n_files) || h.n_trees_total != total_.n_trees_total ||
        h.n_halos_total != total_.n_halos_total)
      throw InputError(
          {fmt::format("'{}' belongs to a set of {} files, {} trees and {} halos, the first file to one of {}, "
                       "{} and {}",
                       path, h.n_files, h.n_trees_total, h.n_halos_total, n_files, total_.n_trees_total,
                       total_.n_halos_total),
           fmt::format("{}, /Header", path), "files of one set", "remove the files of other sets"});
    const std::int64_t halos_before = table_.n_rows();
    table_.add({path, "/TreeHalos", false, h.n_halos});
    if (h.n_halos > 0) {  // GADGET-4 leaves groups out of files that hold nothing of them
      for (const std::string& name : needed())
        require_rows(file, "/TreeHalos/" + name, static_cast<std::size_t>(h.n_halos));
      require_rows(file, "/TreeHalos/SubhaloPos", static_cast<std::size_t>(h.n_halos), 3);
    }
    if (h.n_trees > 0) add_trees(file, h.n_trees, halos_before);
  }

  void add_trees(const io::SerialFile& file, std::int64_t n_trees, std::int64_t halos_before) {
    for (const char* name : {"/TreeTable/Length", "/TreeTable/StartOffset", "/TreeTable/TreeID"})
      require_rows(file, name, static_cast<std::size_t>(n_trees));
    const auto length = file.read_int64("/TreeTable/Length").data,
               offset = file.read_int64("/TreeTable/StartOffset").data, id = file.read_int64("/TreeTable/TreeID").data;
    for (std::size_t t = 0; t < id.size(); ++t) {
      const auto refuse = [&](const std::string& what, const std::string& expected) {
        throw InputError({what, fmt::format("{}, /TreeTable, row {}", file.path().string(), t), expected,
                          "the file is damaged: copy it again"});
      };
      if (length[t] <= 0 || length[t] > total_.n_halos_total - expected_)
        refuse(fmt::format("the length of tree {} is {}", id[t], length[t]),
               "trees that together have as many halos as the set");
      // Offsets count from the first halo of the set; those of one file on its own from that file's.
      if (offset[t] != expected_ && offset[t] != expected_ - halos_before)
        refuse(fmt::format("tree {} begins at halo {} instead of {}", id[t], offset[t], expected_),
               "trees one after the other");
      if (id[t] < 0 || (!forests_.empty() && id[t] <= forests_.back().id))
        refuse(fmt::format("tree {} comes after tree {}", id[t], forests_.empty() ? -1 : forests_.back().id),
               "ids of trees that rise");
      forests_.push_back({id[t], length[t], std::nullopt});
      row_.push_back(expected_);
      expected_ += length[t];
    }
  }

  std::vector<std::string> needed() const {
    std::vector<std::string> names{
        "TreeDescendant", "TreeFirstProgenitor", "TreeNextProgenitor", "TreeMainProgenitor", "TreeFirstHaloInFOFgroup",
        "SnapNum",        "SubhaloNr",           "SubhaloMass"};
    if (!group_mass_.empty()) names.push_back(group_mass_);
    return names;
  }

  SubhaloColumns columns(std::int64_t first, std::int64_t last) const {
    const auto integers = [&](const char* name) { return table_.integers(name, first, last); };
    SubhaloColumns c;
    c.descendant = integers("TreeDescendant");
    c.first_progenitor = integers("TreeFirstProgenitor");
    c.next_progenitor = integers("TreeNextProgenitor");
    c.main_progenitor = integers("TreeMainProgenitor");
    c.first_in_group = integers("TreeFirstHaloInFOFgroup");
    c.snapshot = integers("SnapNum");
    c.number = integers("SubhaloNr");
    c.own_mass = table_.reals("SubhaloMass", first, last);
    if (!group_mass_.empty()) c.group_mass = table_.reals(group_mass_, first, last);
    c.position = table_.vectors("SubhaloPos", first, last);
    return c;
  }

  SubhaloFrame frame_;
  SubhaloUnits units_;
  std::string group_mass_;
  HaloTable table_;
  FileHeader total_{};
  std::vector<std::int64_t> row_;  // first row of each tree, and the end
  std::int64_t expected_ = 0;      // row at which the next tree begins
};

}  // namespace

bool recognise(const std::string& path) { return file_or_series(path, is_tree_file); }

std::unique_ptr<Reader> open(const Parameters& parameters, const cosmology::Parameters& cosmology) {
  return std::make_unique<Gadget4Reader>(parameters, cosmology);
}

}  // namespace cecropia::tree::gadget4
