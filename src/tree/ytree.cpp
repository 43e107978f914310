#include "cecropia/tree/ytree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <numeric>
#include <optional>
#include <span>

#include "cecropia/core/error.hpp"
#include "cecropia/io/hdf5.hpp"
#include "cecropia/tree/flat_columns.hpp"
#include "cecropia/tree/formats.hpp"
#include "ytree_index.hpp"
#include "ytree_names.hpp"

namespace cecropia::tree::ytree {
namespace {

constexpr std::size_t rows_at_once = std::size_t{1} << 20;

std::string required_header(const std::string& path) {
  const std::string header = header_of(path);
  if (header.empty())
    throw InputError({"there is no ytree arbor", path, "the header file of an arbor (NAME.h5), or its folder",
                      "check the path, or name another format with trees.format"});
  return header;
}

class YtreeReader final : public Reader {
 public:
  YtreeReader(const Parameters& parameters, const cosmology::Parameters& cosmology)
      : header_path_(required_header(parameters.path)),
        header_(io::SerialFile::open(header_path_)),
        arbor_(read_index(header_path_)) {
    meaning_.where = header_path_;
    meaning_.id_name = fields.id;
    is_ours_ = header_.has(names_of_ours.group);
    read_cosmology(cosmology);
    find_fields(parameters);
    read_box(parameters);
    if (is_ours_) {
      read_our_facts();
      list_forests(whole_numbers(in_data(fields.forest)));
      read_weights();
    } else {
      survey(cosmology);
      std::vector<std::string> links;
      for (const char* field : {fields.host, fields.near_host})
        if (has(field)) links.emplace_back(field);
      list_forests(connected_trees(arbor_, whole_numbers(in_data(fields.id)), links, header_path_));
    }
  }

  void read(std::size_t first, std::size_t last, Catalogue& into) const override {
    auto forest = into.forest.empty() ? 0U : *std::max_element(into.forest.begin(), into.forest.end()) + 1U;
    for (std::size_t f = first; f < last;) {
      std::size_t end = f + 1;
      auto rows = static_cast<std::size_t>(forests_[f].n_halos);
      while (end < last && rows + static_cast<std::size_t>(forests_[end].n_halos) <= rows_at_once)
        rows += static_cast<std::size_t>(forests_[end++].n_halos);
      read_part(f, end, rows, forest, into);
      forest += static_cast<std::uint32_t>(end - f);
      f = end;
    }
  }

 private:
  /// Nodes that follow each other in a file and, where they go to, in the columns.
  struct Piece {
    std::uint32_t file = 0;
    std::size_t begin = 0, size = 0, to = 0;
  };

  [[noreturn]] void refuse(const std::string& what, const std::string& item, const std::string& expected) const {
    throw InputError({what, fmt::format("{}, {}", header_path_, item), expected, "save the arbor again"});
  }
  std::optional<double> positive(const std::string& object, const char* key) const {
    if (!header_.has_attribute(object, key)) return std::nullopt;
    const double value = header_.read_double_attribute(object, key);
    if (!(value > 0.0) || !std::isfinite(value))
      refuse(fmt::format("the attribute '{}' is {}", key, value), object, "a finite number above 0");
    return value;
  }
  bool has(const char* field) const { return header_.has(in_data(field)); }
  std::string unit_of(const std::string& field) const {
    return header_.has_attribute(in_data(field.c_str()), "units")
               ? header_.read_string_attribute(in_data(field.c_str()), "units")
               : std::string();
  }
  std::vector<std::int64_t> whole_numbers(const std::string& name) const {
    const std::vector<std::size_t> dims = header_.dims(name);
    if (dims.size() != 1 || dims[0] != arbor_.n_trees())
      refuse(fmt::format("'{}' does not have an entry for each of {} trees", name, arbor_.n_trees()), name,
             "one entry per tree");
    return header_.read_int64(name).data;
  }

  void read_cosmology(const cosmology::Parameters& cosmology) {
    facts_.h = positive("/", "hubble_constant");
    facts_.omega_m = positive("/", "omega_matter");
    if (header_.has_attribute("/", "omega_lambda")) facts_.omega_l = header_.read_double_attribute("/", "omega_lambda");
    meaning_.h = facts_.h.value_or(cosmology.h);
    flat::warn_of_untold_cosmology(facts_, "The arbor does");
  }

  void find_fields(const Parameters& parameters) {
    for (const char* field : {fields.id, fields.descendant})
      if (!has(field)) refuse(fmt::format("the field '{}' is missing", field), "data", "uid and desc_uid");
    mass_ = chosen_mass(parameters.mass_column);
    const Measure mass = measure(unit_of(mass_), Quantity::mass, fmt::format("{}, field '{}'", header_path_, mass_));
    meaning_.mass = {flat::unit_factor(mass.factor, 1.0), mass.h_exponent, 0};
    meaning_.clock = has(fields.redshift) ? flat::Clock::redshift : flat::Clock::expansion_factor;
    clock_ = meaning_.clock == flat::Clock::redshift ? fields.redshift : fields.scale;
    if (!has(clock_)) refuse("the times of the halos are missing", "data", "a field 'redshift' or 'scale_factor'");
    facts_.has_positions = has(fields.position[0]) && has(fields.position[1]) && has(fields.position[2]);
    if (!has(fields.host) && !has(fields.near_host))
      facts_.warnings.emplace_back(
          "The arbor has neither 'upid' nor 'pid' and so does not tell hosts: all halos are taken for centrals.");
  }
  std::string chosen_mass(const std::string& wanted) const {
    if (wanted == "auto" && has(fields.mass)) return fields.mass;
    std::vector<std::string> offered;
    for (const std::string& field : header_.children("data"))
      if (const std::string unit = unit_of(field); unit.starts_with("Msun") || unit.find("*Msun") != std::string::npos)
        offered.push_back(field);
    return offered.empty() ? std::string(fields.mass) : offered[choose_mass(wanted, offered, header_path_)];
  }

  /// Lengths are in the unit of the positions; those in sides of the box are multiplied by it when they are read.
  void read_box(const Parameters& parameters) {
    const std::optional<double> side = positive("/", "box_size");
    Measure box;
    if (side)
      box = measure(
          header_.has_attribute("/", "box_size_units") ? header_.read_string_attribute("/", "box_size_units") : "",
          Quantity::length, header_path_ + ", box_size");
    double box_cmpc = parameters.box_cmpc;
    if (side) box_cmpc = with_h(box.factor == 1.0 ? *side : *side * box.factor, box.h_exponent);
    if (box_cmpc > 0.0) facts_.box_cmpc = box_cmpc;
    meaning_.length = {1.0, 0, 1};
    meaning_.box = box_cmpc;
    if (!facts_.has_positions) return;
    const std::string unit = unit_of(fields.position[0]);
    const std::string where = fmt::format("{}, field '{}'", header_path_, fields.position[0]);
    for (const char* axis : fields.position)
      if (unit_of(axis) != unit) refuse("the positions have different units along the axes", axis, unit);
    Measure place = measure(unit, Quantity::length, where);
    if (place.of_box && !(box_cmpc > 0.0))
      refuse("positions in sides of an unknown box", "box_size", "the side of the box");
    if (place.of_box) {
      side_of_box_ = side ? *side : box_cmpc;
      if (side) place = box;
      if (!side) place = Measure{};
    }
    meaning_.length = {place.factor, place.h_exponent, 1};
    const bool same = side && place.factor == box.factor && place.h_exponent == box.h_exponent;
    meaning_.box = same ? *side : with_h(box_cmpc, -place.h_exponent) / place.factor;
  }
  double with_h(double value, int exponent) const { return flat::with_h(value, meaning_.h, exponent); }

  void read_our_facts() {
    const std::string levels = std::string(names_of_ours.group) + "/" + names_of_ours.levels;
    if (!header_.has(levels) || meaning_.clock != flat::Clock::redshift || !has(fields.forest) || !has(fields.weight))
      refuse("the redshifts of the levels, the forests or their weights are missing", levels,
             "an arbor that was written whole");
    flat::take_levels(header_.read_double(levels).data, meaning_, facts_,
                      [&](const std::string& what) { refuse(what, levels, "falling redshifts"); });
    facts_.volume_cmpc3 = positive(names_of_ours.group, names_of_ours.volume);
    facts_.m_resolution_msun = positive(names_of_ours.group, names_of_ours.resolution);
  }

  /// Times and uids of all halos, in pieces.
  void survey(const cosmology::Parameters& cosmology) {
    std::vector<double> values;
    std::int64_t least = std::numeric_limits<std::int64_t>::max(), most = std::numeric_limits<std::int64_t>::min();
    for (std::size_t f = 0; f < arbor_.rows.size(); ++f) {
      const io::SerialFile file = io::SerialFile::open(arbor_.data_file(f));
      for (std::size_t row = 0; row < arbor_.rows[f]; row += rows_at_once) {
        const std::size_t n = std::min(rows_at_once, arbor_.rows[f] - row);
        flat::collect_times(read_field<double>(arbor_, file, f, clock_, row, n), row,
                            fmt::format("{}, {}", file.path().string(), clock_), values);
        for (const std::int64_t id : read_field<std::int64_t>(arbor_, file, f, fields.id, row, n)) {
          least = std::min(least, id);
          most = std::max(most, id);
        }
      }
    }
    flat::find_levels(values, {}, cosmology, meaning_);
    facts_.scale = meaning_.scale;
    meaning_.ids_are_rows = least < 0 || most >= end_of_ids_for_insertion;
    if (meaning_.ids_are_rows)
      facts_.warnings.emplace_back("uid is not between 0 and 2^50: the ids of the halos are their rows.");
  }

  void list_forests(const std::vector<std::int64_t>& forest_of_tree) {
    trees_.resize(arbor_.n_trees());
    std::iota(trees_.begin(), trees_.end(), std::size_t{0});
    std::stable_sort(trees_.begin(), trees_.end(),
                     [&](std::size_t a, std::size_t b) { return forest_of_tree[a] < forest_of_tree[b]; });
    for (std::size_t i = 0; i < trees_.size(); ++i) {
      const std::int64_t id = forest_of_tree[trees_[i]];
      if (id < 0) refuse(fmt::format("a forest has the id {}", id), in_data(fields.forest), "0 or more");
      if (forests_.empty() || forests_.back().id != id) {
        forests_.push_back({id, 0, std::nullopt});
        first_tree_.push_back(i);
      }
      forests_.back().n_halos += static_cast<std::int64_t>(arbor_.size[trees_[i]]);
    }
    first_tree_.push_back(trees_.size());
    for (std::size_t f = 0; f <= arbor_.rows.size(); ++f) rows_before_.push_back(arbor_.rows_before(f));
  }
  void read_weights() {
    const std::vector<double> weight = header_.read_double(in_data(fields.weight)).data;
    for (std::size_t f = 0; f < forests_.size(); ++f) {
      const double w = trees_[first_tree_[f]] < weight.size() ? weight[trees_[first_tree_[f]]] : -1.0;
      if (!(w >= 0.0) || !std::isfinite(w))
        refuse(fmt::format("the weight of forest {} is {}", forests_[f].id, w), in_data(fields.weight), "0 or more");
      forests_[f].weight_per_cmpc3 = w;
    }
  }

  void read_part(std::size_t first, std::size_t last, std::size_t rows, std::uint32_t forest, Catalogue& into) const {
    std::vector<flat::Run> runs;
    std::vector<Piece> pieces;
    std::size_t to = 0;
    for (std::size_t f = first; f < last; ++f) {
      runs.push_back({to, static_cast<std::size_t>(forests_[f].n_halos), 0, forests_[f].id});
      for (std::size_t i = first_tree_[f]; i < first_tree_[f + 1]; ++i) {
        const std::size_t t = trees_[i];
        Piece piece{arbor_.file[t], arbor_.begin[t], arbor_.size[t], to};
        to += piece.size;
        if (!pieces.empty() && pieces.back().file == piece.file &&
            pieces.back().begin + pieces.back().size == piece.begin)
          pieces.back().size += piece.size;
        else
          pieces.push_back(piece);
      }
    }
    std::sort(pieces.begin(), pieces.end(),
              [](const Piece& a, const Piece& b) { return a.file != b.file ? a.file < b.file : a.begin < b.begin; });
    flat::to_catalogue(columns(pieces, rows), meaning_, runs, forest, into);
  }

  flat::Columns columns(const std::vector<Piece>& pieces, std::size_t rows) const {
    flat::Columns c;
    c.row.resize(rows);
    std::vector<std::int64_t> near;
    for (auto begin = pieces.begin(); begin != pieces.end();) {
      const auto end = std::find_if(begin, pieces.end(), [&](const Piece& piece) { return piece.file != begin->file; });
      fill_from_file(std::span(begin, end), rows, c, near);
      begin = end;
    }
    if (!near.empty()) c.host.resize(rows, -1);
    for (std::size_t i = 0; i < near.size(); ++i)
      if (c.host[i] < 0) c.host[i] = near[i];
    if (side_of_box_ > 0.0)
      for (double& x : c.position) x *= side_of_box_;
    return c;
  }

  /// All columns of pieces of one file; those that the arbor does not have stay empty.
  void fill_from_file(std::span<const Piece> pieces, std::size_t rows, flat::Columns& c,
                      std::vector<std::int64_t>& near) const {
    const std::uint32_t number = pieces.front().file;
    const io::SerialFile file = io::SerialFile::open(arbor_.data_file(number));
    const auto fill = [&]<class T>(const std::string& field, std::vector<T>& values, std::size_t width = 1,
                                   std::size_t offset = 0) {
      if (!has(field.c_str())) return;
      const std::string name = in_data(field.c_str());
      check_length(arbor_, file, number, name);
      values.resize(rows * width);
      for (const Piece& piece : pieces) {
        const std::vector<T> part = file.read_rows<T>(name, piece.begin, piece.size).data;
        for (std::size_t i = 0; i < part.size(); ++i) values[(piece.to + i) * width + offset] = part[i];
      }
    };
    fill(fields.id, c.node);
    fill(fields.descendant, c.descendant);
    fill(fields.host, c.host);
    fill(fields.near_host, near);
    fill(mass_, c.mass);
    fill(clock_, c.clock);
    if (facts_.has_positions)
      for (std::size_t k = 0; k < 3; ++k) fill(fields.position[k], c.position, 3, k);
    fill(fields.main, c.main);
    fill(fields.phantom, c.phantom);
    fill(fields.interpolated, c.interpolated);
    for (const Piece& piece : pieces)
      for (std::size_t i = 0; i < piece.size; ++i)
        c.row[piece.to + i] = static_cast<std::int64_t>(rows_before_[number] + piece.begin + i);
  }

  std::string header_path_;
  io::SerialFile header_;
  ArborIndex arbor_;
  flat::Meaning meaning_;
  bool is_ours_ = false;
  std::string mass_;
  const char* clock_ = fields.redshift;
  double side_of_box_ = 0.0;              ///< in lengths of the file; 0: positions are not in sides of the box
  std::vector<std::size_t> trees_;        ///< by forest
  std::vector<std::size_t> first_tree_;   ///< of each forest in trees_, and one behind the last
  std::vector<std::size_t> rows_before_;  ///< of each data file
};

}  // namespace

bool recognise(const std::string& path) { return !header_of(path).empty(); }

std::unique_ptr<Reader> open(const Parameters& parameters, const cosmology::Parameters& cosmology) {
  return std::make_unique<YtreeReader>(parameters, cosmology);
}

}  // namespace cecropia::tree::ytree
