#include "cecropia/tree/galacticus.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "cecropia/core/constants.hpp"
#include "cecropia/core/error.hpp"
#include "cecropia/io/hdf5.hpp"
#include "cecropia/tree/flat_columns.hpp"
#include "cecropia/tree/formats.hpp"
#include "galacticus_names.hpp"

namespace cecropia::tree::galacticus {
namespace {
using flat::Clock;
using flat::Columns;
using flat::Unit;

constexpr std::size_t rows_at_once = std::size_t{1} << 20;
constexpr std::uint64_t most_packing = 1100;  // deflate packs zeros 1030 times

/// What this reader knows of a file before it reads halos.
struct Layout {
  Names names;
  bool is_ours = false;
  std::size_t n_rows = 0;
  std::string clock, descendant;
};

class File {
 public:
  explicit File(const std::string& path) : path_(path), file_(io::SerialFile::open(path)) {}

  const std::string& path() const { return path_; }
  const io::SerialFile& operator*() const { return file_; }
  const io::SerialFile* operator->() const { return &file_; }

  [[noreturn]] void refuse(const std::string& what, const std::string& item, const std::string& expected) const {
    throw InputError({what, fmt::format("{}, {}", path_, item), expected, "copy or convert the file again"});
  }
  /// A column, and not the reference to a part of one that version 1 files hold under a similar name.
  bool has_column(const std::string& name) const { return file_.has(name) && !file_.dims(name).empty(); }
  std::optional<double> attribute(const std::string& object, const std::string& key) const {
    if (!file_.has_attribute(object, key)) return std::nullopt;
    const double value = file_.read_double_attribute(object, key);
    if (!std::isfinite(value)) refuse(fmt::format("the attribute '{}' is {}", key, value), object, "a finite number");
    return value;
  }
  std::optional<double> positive(const std::string& object, const std::string& key) const {
    const std::optional<double> value = attribute(object, key);
    if (value && !(*value > 0.0)) refuse(fmt::format("the attribute '{}' is {}", key, *value), object, "above 0");
    return value;
  }
  /// Rows of a column with `width` numbers per row. A damaged file may claim more than it can hold.
  std::size_t rows_of(const std::string& name, std::size_t width = 1) const {
    const std::vector<std::size_t> dims = file_.dims(name);
    if (dims.size() != (width == 1 ? 1U : 2U) || (width > 1 && dims[1] != width))
      refuse(fmt::format("the dataset '{}' has another shape", name), name,
             width == 1 ? std::string("one number per row") : fmt::format("{} numbers per row", width));
    if (dims[0] / most_packing > file_.stored_bytes(name))
      refuse(fmt::format("the dataset '{}' claims {} rows, more than its bytes can hold", name, dims[0]), name,
             "a complete file");
    return dims[0];
  }

 private:
  std::string path_;
  io::SerialFile file_;
};

Unit unit_of(const File& file, const std::string& what, double one_in_si) {
  const auto si = file.positive("units", what + "UnitsInSI");
  if (!si)
    file.refuse(fmt::format("the unit of {} is missing", what), "group 'units'",
                fmt::format("the attribute '{}UnitsInSI'", what));
  const auto exponent = [&](const char* of) {
    const double n = file.attribute("units", what + of).value_or(0.0);
    if (n != std::round(n) || std::abs(n) > 9)
      file.refuse(fmt::format("the attribute '{}{}' is {}", what, of, n), "group 'units'", "a whole number");
    return static_cast<int>(n);
  };
  return {flat::unit_factor(*si, one_in_si), exponent("HubbleExponent"), exponent("ScaleFactorExponent")};
}

Layout layout_of(const File& file) {
  Layout layout;
  const double version = file.attribute("/", "formatVersion").value_or(1.0);
  if (version != 1.0 && version != 2.0)
    file.refuse(fmt::format("the version of the format is {}", version), "attribute 'formatVersion'", "1 or 2");
  layout.names = version == 1.0 ? version_1 : version_2;
  for (const std::string& group : {layout.names.halos, layout.names.index})
    if (!file->has(group))
      throw InputError({fmt::format("the group '{}' is missing", group), file.path() + ", /", "halos and their index",
                        "copy or convert the file again; if it is none of Galacticus, name another format with "
                        "trees.format"});
  layout.is_ours = file->has(names_of_ours.group);
  const auto in_halos = [&](const char* name) { return layout.names.halos + "/" + name; };
  for (const char* name : {"descendantIndex", "descendentIndex"})
    if (layout.descendant.empty() && file.has_column(in_halos(name))) layout.descendant = in_halos(name);
  if (layout.descendant.empty()) layout.descendant = in_halos("descendantIndex");
  for (const char* name : {"expansionFactor", "redshift", "time"})
    if (layout.clock.empty() && file.has_column(in_halos(name))) layout.clock = name;
  if (layout.clock.empty())
    file.refuse("the times of the halos are missing", layout.names.halos,
                "a dataset 'expansionFactor', 'redshift' or 'time'");
  layout.n_rows = file.rows_of(in_halos("nodeIndex"));
  const auto same = [&](const std::string& name, std::size_t width) {
    const std::size_t n = file.rows_of(name, width);
    if (n != layout.n_rows)
      file.refuse(fmt::format("'{}' has {} rows, 'nodeIndex' has {}", name, n, layout.n_rows), name,
                  "one row per halo in every dataset");
  };
  same(layout.descendant, 1);
  same(in_halos("nodeMass"), 1);
  same(in_halos(layout.clock.c_str()), 1);
  for (const char* name : {"hostIndex", flags.phantom, flags.interpolated, flags.main})
    if (file.has_column(in_halos(name))) same(in_halos(name), 1);
  if (file.has_column(in_halos("position"))) same(in_halos("position"), 3);
  return layout;
}

class GalacticusReader final : public Reader {
 public:
  GalacticusReader(const Parameters& parameters, const cosmology::Parameters& cosmology)
      : file_(parameters.path), layout_(layout_of(file_)) {
    choose_mass(parameters.mass_column, {"nodeMass"}, parameters.path);
    meaning_.where = parameters.path;
    meaning_.id_name = "nodeIndex";
    read_cosmology(cosmology);
    read_units(parameters);
    list_forests();
    if (layout_.is_ours)
      read_our_facts();
    else
      survey(cosmology);
    has_host_ = file_.has_column(halos("hostIndex"));
    has_position_ = facts_.has_positions = file_.has_column(halos("position"));
    if (!has_host_) facts_.warnings.emplace_back("The trees do not tell hosts: all halos are taken for centrals.");
  }

  void read(std::size_t first, std::size_t last, Catalogue& into) const override {
    auto forest = static_cast<std::uint32_t>(into.forest.empty() ? 0 : into.forest.back() + 1);
    // Forests that follow each other in the file are read at once, within limits.
    for (std::size_t f = first; f < last;) {
      std::size_t end = f + 1, rows = n_halos(f);
      while (end < last && row_of_[end] == row_of_[end - 1] + n_halos(end - 1) && rows + n_halos(end) <= rows_at_once)
        rows += n_halos(end++);
      std::vector<flat::Run> runs;
      for (std::size_t i = f; i < end; ++i)
        runs.push_back({row_of_[i] - row_of_[f], n_halos(i), static_cast<std::int64_t>(row_of_[i]), forests_[i].id});
      flat::to_catalogue(columns(row_of_[f], rows), meaning_, runs, forest, into);
      forest += static_cast<std::uint32_t>(end - f);
      f = end;
    }
  }

 private:
  std::string halos(const char* name) const { return layout_.names.halos + "/" + name; }
  std::size_t n_halos(std::size_t forest) const { return static_cast<std::size_t>(forests_[forest].n_halos); }

  void read_cosmology(const cosmology::Parameters& cosmology) {
    facts_.h = file_.positive("cosmology", "HubbleParam");
    facts_.omega_m = file_.positive("cosmology", "OmegaMatter");
    if (!facts_.omega_m) facts_.omega_m = file_.positive("cosmology", "Omega0");
    facts_.omega_l = file_.attribute("cosmology", "OmegaLambda");
    meaning_.h = facts_.h.value_or(cosmology.h);
    flat::warn_of_untold_cosmology(facts_, "The trees do");
  }

  void read_units(const Parameters& parameters) {
    meaning_.mass = unit_of(file_, "mass", msun_kg);
    const std::optional<double> box = file_.positive("simulation", "boxSize");
    if (box || file_.has_column(halos("position")) || file_->has(index(layout_.names.weight)))
      meaning_.length = unit_of(file_, "length", mpc_m);
    meaning_.box = box.value_or(0.0);
    const double box_cmpc = with_h(meaning_.box * meaning_.length.factor, meaning_.length.h_exponent);
    const bool is_periodic = file_.attribute(layout_.names.halos, "positionsArePeriodic").value_or(1.0) != 0.0;
    if (box && is_periodic) facts_.box_cmpc = box_cmpc;
    if (box && !is_periodic) {
      facts_.volume_cmpc3 = std::pow(box_cmpc, 3);
      meaning_.box = 0.0;
    }
    if (!box && parameters.box_cmpc > 0.0) {
      facts_.box_cmpc = parameters.box_cmpc;
      meaning_.box = parameters.box_cmpc;  // in lengths of the file
      if (meaning_.length.factor != 1.0) meaning_.box /= meaning_.length.factor;
      meaning_.box = with_h(meaning_.box, -meaning_.length.h_exponent);
    }
  }

  double with_h(double v, int exponent) const { return flat::with_h(v, meaning_.h, exponent); }

  std::string index(const char* name) const { return layout_.names.index + "/" + name; }

  void list_forests() {
    const std::vector<std::int64_t> first = numbers("firstNode"), n = numbers("numberOfNodes"),
                                    id = numbers(layout_.names.id);
    if (first.size() != id.size() || n.size() != id.size())
      file_.refuse("the index of the forests has columns of different length", layout_.names.index,
                   "one entry per forest in each");
    const std::vector<double> weight = weights(id.size());
    std::vector<std::size_t> order;
    for (std::size_t f = 0; f < id.size(); ++f) {
      const auto rows = static_cast<std::int64_t>(layout_.n_rows);
      if (first[f] < 0 || n[f] < 0 || first[f] > rows || n[f] > rows - first[f] || id[f] < 0)
        file_.refuse(fmt::format("forest {} has rows {} to {:.0f} of {}", id[f], first[f],
                                 static_cast<double>(first[f]) + static_cast<double>(n[f]), rows),
                     fmt::format("{}, entry {}", layout_.names.index, f), "rows of the file, and an id of 0 or more");
      order.push_back(f);
    }
    check_overlap(first, n, id, order);
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return id[a] < id[b]; });
    std::size_t covered = 0;
    for (const std::size_t f : order) {
      if (!forests_.empty() && forests_.back().id == id[f])
        file_.refuse(fmt::format("forest {} occurs twice", id[f]), layout_.names.index, "each forest once");
      ForestSize size{id[f], n[f], std::nullopt};
      if (!weight.empty()) size.weight_per_cmpc3 = weight[f];
      forests_.push_back(size);
      row_of_.push_back(static_cast<std::size_t>(first[f]));
      covered += static_cast<std::size_t>(n[f]);
    }
    if (covered < layout_.n_rows)
      facts_.warnings.push_back(fmt::format("{} of {} halos belong to no forest and are left out.",
                                            layout_.n_rows - covered, layout_.n_rows));
  }

  void check_overlap(const std::vector<std::int64_t>& first, const std::vector<std::int64_t>& n,
                     const std::vector<std::int64_t>& id, std::vector<std::size_t>& order) const {
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return first[a] != first[b] ? first[a] < first[b] : n[a] < n[b]; });
    for (std::size_t i = 1; i < order.size(); ++i)
      if (first[order[i - 1]] + n[order[i - 1]] > first[order[i]])
        file_.refuse(fmt::format("the forests {} and {} share rows", id[order[i - 1]], id[order[i]]),
                     layout_.names.index, "every row in one forest");
  }

  std::vector<std::int64_t> numbers(const char* name) const {
    file_.rows_of(index(name));
    return file_->read_int64(index(name)).data;
  }

  std::vector<double> weights(std::size_t n_forests) const {
    const std::string name = index(layout_.names.weight);
    if (!file_->has(name)) return {};
    if (file_.rows_of(name) != n_forests)
      file_.refuse("the weights of the forests are not one for each", name, "one entry per forest");
    std::vector<double> weight = file_->read_double(name).data;
    // At the present day, as the format says.
    const double length = with_h(meaning_.length.factor, meaning_.length.h_exponent);
    for (double& w : weight) {
      if (length != 1.0) w /= std::pow(length, 3);
      if (!(w >= 0.0) || !std::isfinite(w))
        file_.refuse(fmt::format("the weight of a forest is {}", w), name, "0 or more");
    }
    return weight;
  }

  /// The file says of itself what else takes a look at every halo.
  void read_our_facts() {
    const std::string group = names_of_ours.group;
    layout_.clock = "redshift";
    const std::string levels = group + "/" + names_of_ours.levels;
    if (!file_.has_column(halos("redshift")) || !file_->has(levels) || file_.rows_of(levels) == 0)
      file_.refuse("the redshifts of the levels are missing", levels, "a file that was written whole");
    flat::take_levels((*file_).read_double(levels).data, meaning_, facts_,
                      [&](const std::string& what) { file_.refuse(what, levels, "falling redshifts"); });
    facts_.volume_cmpc3 = file_.positive(group, names_of_ours.volume);
    facts_.m_resolution_msun = file_.positive(group, names_of_ours.resolution);
  }

  /// Times and ids of all halos, in pieces.
  void survey(const cosmology::Parameters& cosmology) {
    meaning_.clock = layout_.clock == "time"       ? Clock::time
                     : layout_.clock == "redshift" ? Clock::redshift
                                                   : Clock::expansion_factor;
    Unit time;
    if (meaning_.clock == Clock::time) time = unit_of(file_, "time", constants::myr_s);
    if (time.a_exponent != 0)
      file_.refuse("times that grow with the universe are not understood", "units", "timeScaleFactorExponent = 0");
    std::vector<double> values;
    std::int64_t least = std::numeric_limits<std::int64_t>::max(), most = std::numeric_limits<std::int64_t>::min();
    for (std::size_t row = 0; row < layout_.n_rows; row += rows_at_once) {
      const std::size_t n = std::min(rows_at_once, layout_.n_rows - row);
      flat::collect_times(file_->read_rows<double>(halos(layout_.clock.c_str()), row, n).data, row,
                          fmt::format("{}, {}", file_.path(), halos(layout_.clock.c_str())), values);
      for (const std::int64_t id : file_->read_rows<std::int64_t>(halos("nodeIndex"), row, n).data) {
        least = std::min(least, id);
        most = std::max(most, id);
      }
    }
    flat::find_levels(values, time, cosmology, meaning_);
    facts_.scale = meaning_.scale;
    choose_ids(least, most);
  }

  /// The format wants ids that are unique in a forest only. More halos than numbers: then they are not unique in the
  /// set.
  void choose_ids(std::int64_t least, std::int64_t most) {
    const bool too_few = static_cast<std::uint64_t>(most) - static_cast<std::uint64_t>(least) < layout_.n_rows - 1;
    meaning_.ids_are_rows = least < 0 || most >= end_of_ids_for_insertion || too_few;
    if (meaning_.ids_are_rows)
      facts_.warnings.emplace_back(too_few
                                       ? "nodeIndex is not unique in the set: the ids of the halos are their rows."
                                       : "nodeIndex is not between 0 and 2^50: the ids of the halos are their rows.");
  }

  Columns columns(std::size_t row, std::size_t n) const {
    const auto whole = [&](const std::string& name) { return file_->read_rows<std::int64_t>(name, row, n).data; };
    const auto flag = [&](const char* name) {
      return file_.has_column(halos(name)) ? file_->read_rows<std::uint8_t>(halos(name), row, n).data
                                           : std::vector<std::uint8_t>{};
    };
    Columns c;
    c.node = whole(halos("nodeIndex"));
    c.descendant = whole(layout_.descendant);
    if (has_host_) c.host = whole(halos("hostIndex"));
    c.mass = file_->read_rows<double>(halos("nodeMass"), row, n).data;
    c.clock = file_->read_rows<double>(halos(layout_.clock.c_str()), row, n).data;
    if (has_position_) c.position = file_->read_rows<double>(halos("position"), row, n).data;
    c.phantom = flag(flags.phantom);
    c.interpolated = flag(flags.interpolated);
    c.main = flag(flags.main);
    return c;
  }

  File file_;
  Layout layout_;
  flat::Meaning meaning_;
  std::vector<std::size_t> row_of_;  ///< first row of each forest
  bool has_host_ = false, has_position_ = false;
};

}  // namespace

bool recognise(const std::string& path) {
  if (!io::looks_like_hdf5(path)) return false;
  const io::SerialFile file = io::SerialFile::open(path);
  for (const Names& names : {version_1, version_2})
    if (file.has(names.halos + "/nodeIndex") && file.has(names.index)) return true;
  return false;
}

std::unique_ptr<Reader> open(const Parameters& parameters, const cosmology::Parameters& cosmology) {
  return std::make_unique<GalacticusReader>(parameters, cosmology);
}

}  // namespace cecropia::tree::galacticus
