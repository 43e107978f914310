#include "cecropia/tree/velociraptor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "cecropia/core/error.hpp"
#include "cecropia/io/hdf5.hpp"
#include "cecropia/tree/number.hpp"
#include "velociraptor_files.hpp"

namespace cecropia::tree::velociraptor {
namespace {

/// A group Snap_NNN in the file that holds it.
struct Part {
  std::size_t file = 0;
  std::string group;
  std::size_t n_halos = 0;
};

struct Level {
  double scale = 0.0;
  std::vector<Part> parts;
  std::size_t n_halos = 0;
};

const std::array<const char*, 9> known_masses{"Mass_200crit", "Mass_200mean", "Mass_tot", "Mass_FOF", "Mass_BN98",
                                              "Mvir",         "Mass_500crit", "M200c",    "M200m"};
const std::array<const char*, 3> axes{"Xc", "Yc", "Zc"};

class ForestFiles : public SnapshotSource {
 public:
  ForestFiles(const tree::Parameters& parameters, const cosmology::Parameters& cosmology)
      : files_(open_set(parameters.path)) {
    find_levels();
    find_columns(parameters.mass_column);
    check_columns();
    find_facts(parameters, cosmology);
  }

  SetFacts facts() const override { return facts_; }
  std::size_t n_halos(std::size_t level) const override { return levels_[level].n_halos; }

  void read(std::size_t level, std::size_t first, std::size_t last, bool links_only,
            std::vector<SnapshotRow>& into) const override {
    for_each_piece(level, first, last, [&](const Part& part, std::size_t begin, std::size_t count) {
      const io::SerialFile& file = files_[part.file];
      const auto integers = [&](const char* name) {
        return file.read_rows<std::int64_t>(part.group + "/" + name, begin, count).data;
      };
      const auto reals = [&](const std::string& name) {
        return file.read_rows<double>(part.group + "/" + name, begin, count).data;
      };
      Columns c{integers("ID"), integers("Head"), {}, integers("hostHaloID"), {}, {}};
      if (!links_only) {
        if (has_tail_) c.tail = integers("Tail");
        c.mass = reals(mass_);
        for (std::size_t k = 0; k < 3; ++k) c.position[k] = reals(axes[k]);
      }
      append_rows(c, units_at(levels_[level].scale), static_cast<std::uint32_t>(level),
                  fmt::format("{}, {}", file.path().string(), part.group), into);
    });
  }

  std::vector<std::int64_t> forest_ids(std::size_t level, std::size_t first, std::size_t last) const override {
    std::vector<std::int64_t> ids;
    if (!has_forest_id_) return ids;
    for_each_piece(level, first, last, [&](const Part& part, std::size_t begin, std::size_t count) {
      const auto of_part = files_[part.file].read_rows<std::int64_t>(part.group + "/ForestID", begin, count).data;
      ids.insert(ids.end(), of_part.begin(), of_part.end());
    });
    return ids;
  }

 private:
  template <class Take>
  void for_each_piece(std::size_t level, std::size_t first, std::size_t last, Take&& take) const {
    std::size_t part_begin = 0;
    for (const Part& part : levels_[level].parts) {
      const std::size_t begin = std::max(first, part_begin), end = std::min(last, part_begin + part.n_halos);
      if (begin < end) take(part, begin - part_begin, end - begin);
      part_begin += part.n_halos;
    }
  }

  /// Snapshots that hold halos, in order of their numbers.
  void find_levels() {
    std::map<std::int64_t, Level> found;
    for (std::size_t f = 0; f < files_.size(); ++f)
      for (const std::string& group : files_[f].children("/")) {
        std::int64_t number = -1;
        if (!group.starts_with("Snap_") || !parse_integer(group.substr(5), number)) continue;
        const std::string path = "/" + group;
        const std::size_t n = files_[f].has(path + "/ID") ? length_of(f, path + "/ID") : 0;
        if (n == 0) continue;
        Level& level = found[number];
        const double scale = files_[f].read_double_attribute(path, "scalefactor");
        if (!is_scale_factor(scale) || (level.n_halos > 0 && level.scale != scale))
          refuse(f, path, fmt::format("the scale factor of snapshot {} is {}", number, scale),
                 "a scale factor above 0 and not above 1.1, the same in all files");
        level.scale = scale;
        level.parts.push_back({f, path, n});
        level.n_halos += n;
      }
    for (auto& [number, level] : found) {
      if (!levels_.empty() && !(level.scale > levels_.back().scale))
        refuse(level.parts.front().file, level.parts.front().group,
               fmt::format("the scale factor of snapshot {}, {}, does not follow {}", number, level.scale,
                           levels_.back().scale),
               "scale factors that rise with the number of the snapshot");
      levels_.push_back(std::move(level));
    }
    if (levels_.empty())
      refuse(0, "/", "there are no halos in any snapshot", "groups Snap_NNN with datasets ID, Head, ...");
  }

  void find_columns(const std::string& mass_column) {
    const Part& part = levels_.front().parts.front();
    const io::SerialFile& file = files_[part.file];
    const auto has = [&](const std::string& name) { return file.has(part.group + "/" + name); };
    std::vector<std::string> masses;
    for (const char* name : known_masses)
      if (has(name)) masses.emplace_back(name);
    if (mass_column != "auto" && has(mass_column) &&
        std::find(masses.begin(), masses.end(), mass_column) == masses.end())
      masses.push_back(mass_column);
    if (masses.empty() || !has("Xc"))
      throw InputError({"these walkable trees hold neither masses nor positions of halos",
                        fmt::format("{}, {}", file.path().string(), part.group),
                        "a forest file, or trees and halo properties in one file: Mass_200crit, Xc, Yc, Zc, ...",
                        "join trees and halo catalogues with the tools of TreeFrog (the forest file for semi-analytic "
                        "models)"});
    mass_ = masses[choose_mass(mass_column, masses, file.path().string())];
    has_tail_ = has("Tail");
    has_forest_id_ = has("ForestID");
  }

  void check_columns() const {
    std::vector<std::string> names{"Head", "hostHaloID", mass_, "Xc", "Yc", "Zc"};
    if (has_tail_) names.emplace_back("Tail");
    if (has_forest_id_) names.emplace_back("ForestID");
    for (const Level& level : levels_)
      for (const Part& part : level.parts)
        for (const std::string& name : names)
          if (!files_[part.file].has(part.group + "/" + name))
            refuse(part.file, part.group + "/" + name, fmt::format("the column '{}' is missing", name),
                   "the same columns in all snapshots");
          else if (length_of(part.file, part.group + "/" + name) != part.n_halos)
            refuse(part.file, part.group + "/" + name,
                   fmt::format("the column '{}' has {} rows, 'ID' has {}", name,
                               length_of(part.file, part.group + "/" + name), part.n_halos),
                   "columns of equal length");
    check_forest_sizes();
  }

  /// The statistics of forests say how many halos a file holds.
  void check_forest_sizes() const {
    std::vector<std::int64_t> found(files_.size(), 0);
    for (const Level& level : levels_)
      for (const Part& part : level.parts) found[part.file] += static_cast<std::int64_t>(part.n_halos);
    for (std::size_t f = 0; f < files_.size(); ++f) {
      const std::string name = "/ForestInfoInFile/ForestSizesInFile";
      if (!files_[f].has(name)) continue;
      std::int64_t declared = 0;
      for (const std::int64_t n : files_[f].read_int64(name).data)
        declared += std::clamp<std::int64_t>(n, 0, no_halo);  // no set is larger: the sum does not overflow
      if (declared != found[f])
        refuse(f, name, fmt::format("the forests should hold {} halos, but {} are there", declared, found[f]),
               "as many halos as the forests add up to");
    }
  }

  void find_facts(const tree::Parameters& parameters, const cosmology::Parameters& cosmology) {
    for (const Level& level : levels_) facts_.scale.push_back(level.scale);
    facts_.omega_m = simulation_number({"Omega_m"});
    facts_.omega_l = simulation_number({"Omega_Lambda"});
    facts_.h = simulation_number({"h_val", "Hubble_param"});
    h_ = facts_.h.value_or(cosmology.h);
    if (!(h_ > 0.0)) refuse(0, "/Header", fmt::format("h is {}", h_), "a positive number");
    length_kpc_ = unit("Length_unit_to_kpc");
    mass_msun_ = unit("Mass_unit_to_solarmass");
    std::optional<double> comoving = number_of("/Header/Units", "Comoving_or_Physical");
    if (!comoving) comoving = number_of("/Header/Units", "Comoving_unit_flag");
    if (!comoving)
      facts_.warnings.push_back(
          fmt::format("'{}' does not say whether lengths are comoving: they are taken as physical, "
                      "without h, the usual choice of the format.",
                      files_.front().path().string()));
    comoving_ = comoving.value_or(0.0) != 0.0;
    // The period is comoving and in units of 1/h, whatever the positions are in.
    if (const auto period = simulation_number({"Period", "BoxSize"}); period && *period > 0.0)
      facts_.box_cmpc = checked_box(*period * (length_kpc_ / 1000.0) / h_);
    else if (parameters.box_cmpc > 0.0)
      facts_.box_cmpc = parameters.box_cmpc;
  }

  double checked_box(double box_cmpc) const {
    if (!(box_cmpc >= smallest_box_cmpc && box_cmpc <= largest_box_cmpc))
      refuse(0, "/Header/Simulation", fmt::format("the side of the box is {} comoving Mpc", box_cmpc),
             "a length of a sensible size");
    return box_cmpc;
  }

  Units units_at(double scale) const {
    Units u;
    u.mass_msun = mass_msun_;
    u.length_cmpc = length_kpc_ / 1000.0;
    if (comoving_) u.mass_divisor = h_;
    u.length_divisor = comoving_ ? h_ : scale;
    u.box_cmpc = facts_.box_cmpc.value_or(0.0);
    return u;
  }

  std::optional<double> number_of(const std::string& object, const std::string& key) const {
    const io::SerialFile& file = files_.front();
    if (!file.has_attribute(object, key)) return std::nullopt;
    try {
      return file.read_double_attribute(object, key);
    } catch (const InputError&) {  // some versions write numbers as text
    }
    double value = 0.0;
    const std::string text = file.read_string_attribute(object, key);
    if (!parse_number(text, value))
      refuse(0, object + "@" + key, fmt::format("'{}' is not a number", text), "a number");
    return value;
  }

  std::optional<double> simulation_number(const std::vector<std::string>& names) const {
    for (const char* group : {"/Header/Simulation", "/Header/Cosmology"})
      for (const std::string& name : names)
        if (const auto value = number_of(group, name)) return value;
    return std::nullopt;
  }

  double unit(const std::string& name) const {
    const auto value = number_of("/Header/Units", name);
    if (!value || !(*value > 0.0) || !std::isfinite(*value))
      refuse(0, "/Header/Units@" + name,
             value ? fmt::format("the unit '{}' is {}", name, *value) : fmt::format("the unit '{}' is missing", name),
             "a positive number");
    return *value;
  }

  std::size_t length_of(std::size_t file, const std::string& name) const {
    const std::vector<std::size_t> dims = files_[file].dims(name);
    if (dims.size() != 1)
      refuse(file, name, fmt::format("'{}' has {} dimensions", name, dims.size()), "one value per halo");
    return dims.front();
  }

  [[noreturn]] void refuse(std::size_t file, const std::string& place, const std::string& what,
                           const std::string& expected) const {
    throw InputError(
        {what, fmt::format("{}, {}", files_[file].path().string(), place), expected,
         "make the forest files again with the tools of TreeFrog; if they were copied, compare their sizes"});
  }

  std::vector<io::SerialFile> files_;
  std::vector<Level> levels_;
  SetFacts facts_;
  std::string mass_;
  bool has_tail_ = false, has_forest_id_ = false, comoving_ = false;
  double h_ = 1.0, length_kpc_ = 1.0, mass_msun_ = 1.0;
};

}  // namespace

void append_rows(const Columns& c, const Units& units, std::uint32_t level, const std::string& where,
                 std::vector<SnapshotRow>& into) {
  const std::size_t n = c.id.size();
  const bool with_properties = !c.mass.empty();
  const bool equal = c.head.size() == n && c.host.size() == n && (c.tail.empty() || c.tail.size() == n) &&
                     (c.mass.empty() || c.mass.size() == n) &&
                     std::all_of(c.position.begin(), c.position.end(),
                                 [&](const auto& x) { return x.size() == (with_properties ? n : 0); });
  if (!equal) throw InternalError("columns of VELOCIraptor differ in length");
  for (std::size_t i = 0; i < n; ++i) {
    if (c.id[i] < 0)
      throw InputError({fmt::format("the halo id is {}", c.id[i]), fmt::format("{}, row {}", where, i),
                        "an id of 0 or more", "make the forest files again with the tools of TreeFrog"});
    SnapshotRow row;
    const auto other = [&](std::int64_t id) { return id < 0 || id == c.id[i] ? -1 : id; };
    row.halo.id = c.id[i];
    row.halo.descendant_id = other(c.head[i]);
    row.halo.host_id = std::max<std::int64_t>(c.host[i], -1);
    row.halo.level = level;
    if (!c.tail.empty()) row.main_progenitor_id = other(c.tail[i]);
    if (with_properties) {
      row.halo.m_vir_msun = c.mass[i] * units.mass_msun / units.mass_divisor;
      for (std::size_t k = 0; k < 3; ++k) {
        const double x_cmpc = c.position[k][i] * units.length_cmpc / units.length_divisor;
        const std::optional<float> place = place_in_box(x_cmpc, units.box_cmpc);
        if (!place)
          throw InputError(
              {fmt::format("{} of halo {} is {} comoving Mpc, not a place in the box", axes[k], c.id[i], x_cmpc),
               fmt::format("{}, row {}", where, i), "positions in the box, or one box outside at most",
               "check Length_unit_to_kpc, Period and whether lengths are comoving (Header/Units)"});
        row.halo.position_cmpc[k] = *place;
      }
    }
    into.push_back(row);
  }
}

std::unique_ptr<Reader> open(const tree::Parameters& parameters, const cosmology::Parameters& cosmology) {
  return by_snapshot(std::make_unique<ForestFiles>(parameters, cosmology));
}

}  // namespace cecropia::tree::velociraptor
