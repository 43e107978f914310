#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/consistent_trees.hpp"
#include "cecropia/tree/number.hpp"
#include "consistent_trees_share.hpp"
#include "words.hpp"

namespace cecropia::tree::consistent_trees {

Parser::Parser(std::string path, const Options& options, double h_if_header_is_silent, Batch& batch)
    : path_(std::move(path)), options_(options), h_(h_if_header_is_silent), batch_(batch) {}

void Parser::begin_inside(const Header& header, std::function<std::int64_t()> lines_before) {
  header_ = header;
  lines_before_ = std::move(lines_before);
  end_header();
  stage_ = Stage::trees;
}

void Parser::go_on_at(std::function<std::int64_t()> lines_before) {
  close_tree();
  line_ = 0;
  lines_before_ = std::move(lines_before);
}

void Parser::refuse(const std::string& what, const std::string& expected, const std::string& fix) const {
  const std::int64_t line = line_ + (lines_before_ ? lines_before_() : 0);
  throw InputError({what, fmt::format("{}, line {}", path_, line), expected, fix});
}

void Parser::end_header() {
  if (!header_text_.empty() || !lines_before_) header_ = read_header(header_text_, path_);
  struct Wanted {
    Field field;
    std::vector<std::string> names;
    bool needed;
  };
  const std::vector<Wanted> wanted{{Field::scale, {"scale"}, true},
                                   {Field::id, {"id"}, true},
                                   {Field::descendant, {"desc_id", "descid"}, true},
                                   {Field::n_progenitors, {"num_prog"}, false},
                                   {Field::pid, {"pid"}, false},
                                   {Field::upid, {"upid"}, false},
                                   {Field::phantom, {"phantom"}, false},
                                   {Field::mass, {lower(options_.mass_column)}, true},
                                   {Field::main, {"mmp?", "mmp"}, false},
                                   {Field::x, {"x"}, true},
                                   {Field::y, {"y"}, true},
                                   {Field::z, {"z"}, true}};
  slots_.clear();
  bool has_host = false;
  for (const Wanted& w : wanted) {
    std::vector<std::uint32_t> found;
    for (std::uint32_t i = 0; i < header_.columns.size(); ++i)
      if (std::find(w.names.begin(), w.names.end(), lower(header_.columns[i])) != w.names.end()) found.push_back(i);
    const bool is_mass = w.field == Field::mass;
    const std::string fix = is_mass ? "choose the mass with trees.mass_column; see the names after 'expected'"
                                    : "give the complete tree file of consistent-trees";
    const auto complain = [&](const std::string& what) {
      throw InputError(
          {what, fmt::format("{}, line 1", path_),
           fmt::format("one column '{}' (any case) among: {}", w.names.front(), fmt::join(header_.columns, " ")), fix});
    };
    if (found.size() > 1)
      complain(fmt::format("column '{}' occurs {} times in '{}'", w.names.front(), found.size(), path_));
    if (found.empty() && w.needed) complain(fmt::format("column '{}' is missing in '{}'", w.names.front(), path_));
    if (found.empty()) continue;
    slots_.push_back({found.front(), w.field});
    has_host = has_host || w.field == Field::upid || w.field == Field::pid;
  }
  if (!has_host)
    throw InputError({fmt::format("column 'upid' is missing in '{}'", path_), fmt::format("{}, line 1", path_),
                      fmt::format("a column 'upid' or 'pid' among: {}", fmt::join(header_.columns, " ")),
                      "give the complete tree file of consistent-trees"});
  std::sort(slots_.begin(), slots_.end(), [](const Slot& a, const Slot& b) { return a.column < b.column; });
  if (header_.h) h_ = *header_.h;
  header_text_.clear();
  stage_ = Stage::count;
}

void Parser::take(std::string_view lines, std::int64_t offset) {
  const char* p = lines.data();
  const char* const end = p + lines.size();
  while (p != end) {
    const auto* line_end = static_cast<const char*>(std::memchr(p, '\n', static_cast<std::size_t>(end - p)));
    ++line_;
    if (line_end == nullptr) {
      const std::int64_t line = line_ + (lines_before_ ? lines_before_() : 0);
      throw InputError({fmt::format("'{}' ends inside a line: the file was cut", path_),
                        fmt::format("{}, line {}, byte {}", path_, line, offset + (end - lines.data())),
                        "a line end after the last line",
                        "copy the file again and compare its size with the original"});
    }
    const std::string_view line(p, static_cast<std::size_t>(line_end - p));
    p = line_end + 1;
    const bool is_comment = !line.empty() && line.front() == '#';
    const bool is_tree = is_comment && is_tree_line(line);
    if (stage_ == Stage::header) {
      if (is_comment && !is_tree) {
        header_text_.append(line).push_back('\n');
        continue;
      }
      end_header();
    }
    if (is_tree) {
      stage_ = Stage::trees;
      open_tree(line);
    } else if (is_comment) {
      continue;
    } else if (stage_ == Stage::count) {
      const std::string_view word = trim(line);  // padded with blanks
      if (word.empty()) continue;
      std::int64_t n = 0;
      if (n_trees_declared_ || !parse_integer(word, n) || n < 0)
        refuse(fmt::format("{} stands where the number of trees should be", quote(word)),
               "one whole number, then lines '#tree <id>' each followed by its halos",
               "give a tree file of consistent-trees (tree_*.dat), not a halo list");
      n_trees_declared_ = n;
    } else {
      parse_row(line);
    }
  }
}

void Parser::finish() {
  if (stage_ == Stage::header) end_header();
  close_tree();
}

void Parser::open_tree(std::string_view line) {
  close_tree();
  const char* p = line.data() + 5;
  const std::string_view word = next_word(p, line.data() + line.size());
  std::int64_t id = 0;
  if (!parse_integer(word, id) || id < 0)
    refuse(fmt::format("the tree id is {}", quote(word)), "#tree <whole number, 0 or more>", "repair this line");
  batch_.blocks.push_back({id, batch_.rows.size(), 0});
  tree_open_ = true;
  ++n_trees_found_;
}

void Parser::close_tree() {
  if (!tree_open_) return;
  tree_open_ = false;
  Block& block = batch_.blocks.back();
  block.n_rows = batch_.rows.size() - block.first_row;
  if (block.n_rows == 0)
    refuse(fmt::format("tree {} has no halos", block.tree_id), "at least one halo after each '#tree' line",
           "the file may be cut: copy it again and compare its size with the original");
  // Links that leave the tree join trees into forests. Only they are kept: few among many.
  ids_of_tree_.reset(block.n_rows);
  for (std::size_t i = block.first_row; i < batch_.rows.size(); ++i)
    ids_of_tree_.insert(batch_.rows[i].id, static_cast<Halo>(i - block.first_row));
  const auto keep_if_outward = [&](std::int64_t halo_id) {
    if (halo_id >= 0 && ids_of_tree_.find(halo_id) == no_halo) batch_.links.push_back({block.tree_id, halo_id});
  };
  for (std::size_t i = block.first_row; i < batch_.rows.size(); ++i) keep_if_outward(batch_.rows[i].descendant_id);
  for (const OutwardLink& l : candidates_) keep_if_outward(l.halo_id);
  candidates_.clear();
}

double Parser::number(std::string_view word, std::uint32_t column) const {
  double value = 0.0;
  if (!parse_number(word, value))
    refuse(fmt::format("column '{}' holds {}, which is not a number", header_.columns[column], quote(word)),
           fmt::format("a number in column {} of {}", column + 1, header_.columns.size()), "repair this line");
  return value;
}

std::int64_t Parser::integer(std::string_view word, std::uint32_t column) const {
  std::int64_t value = 0;
  if (!parse_integer(word, value))
    refuse(fmt::format("column '{}' holds {}, which is not a whole number", header_.columns[column], quote(word)),
           fmt::format("a whole number of at most 63 bits in column {} of {}", column + 1, header_.columns.size()),
           "repair this line");
  return value;
}

std::uint32_t Parser::scale_index(double scale, std::string_view word) {
  const auto bits = std::bit_cast<std::uint64_t>(scale);
  if (bits == last_bits_) return last_scale_;
  if (!is_scale_factor(scale))
    refuse(fmt::format("the scale factor is {}", quote(word)), "a scale factor above 0 and not above 1.1",
           "repair this line");
  // The map lives as long as the parser, the list as long as the batch: a value may come in again with the next file.
  const auto [entry, is_new] = scale_of_bits_.try_emplace(bits, static_cast<std::uint32_t>(batch_.scale.size()));
  if (is_new) batch_.scale.push_back(scale);
  last_bits_ = bits;
  return last_scale_ = entry->second;
}

void Parser::parse_row(std::string_view line) {
  const char* p = line.data();
  const char* const end = p + line.size();
  Row row;
  std::array<double, 3> position{};
  std::int64_t pid = -1, upid = -1;
  std::uint32_t column = 0;
  for (const Slot& slot : slots_) {
    std::string_view word;
    do {
      word = next_word(p, end);
      if (word.empty()) {
        if (column == 0) return;  // a blank line
        refuse(
            fmt::format("the line has {} columns, too few to hold column '{}'", column, header_.columns[slot.column]),
            fmt::format("{} columns, as line 1 names them", header_.columns.size()),
            "the line may be cut: copy the file again and compare its size with the original");
      }
    } while (column++ != slot.column);
    switch (slot.field) {
      case Field::scale:
        row.level = scale_index(number(word, slot.column), word);
        break;
      case Field::id:
        row.id = integer(word, slot.column);
        break;
      case Field::descendant:
        row.descendant_id = integer(word, slot.column);
        break;
      case Field::n_progenitors:
        row.n_progenitors =
            static_cast<std::int32_t>(std::clamp<std::int64_t>(integer(word, slot.column), -1, 1 << 30));
        break;
      case Field::pid:
        pid = integer(word, slot.column);
        break;
      case Field::upid:
        upid = integer(word, slot.column);
        break;
      case Field::phantom:
        if (number(word, slot.column) != 0.0) row.flags |= Forest::is_phantom;
        break;
      case Field::mass:
        row.m_vir_msun = number(word, slot.column) / h_;
        if (!(row.m_vir_msun > 0.0) || !std::isfinite(row.m_vir_msun))
          refuse(fmt::format("the mass of a halo is {} (column '{}')", quote(word), header_.columns[slot.column]),
                 "a positive, finite mass",
                 "choose another mass column (trees.mass_column) or remove the halo from its tree");
        break;
      case Field::main:
        if (number(word, slot.column) != 0.0) row.flags |= Forest::is_main_progenitor;
        break;
      case Field::x:
      case Field::y:
      case Field::z: {
        double x = number(word, slot.column);
        const double box = header_.box_mpc_h.value_or(0.0);
        const double lowest = box > 0.0 ? -box : -farthest_mpc_h, highest = box > 0.0 ? 2.0 * box : farthest_mpc_h;
        if (!(x >= lowest && x <= highest))
          refuse(fmt::format("position {} = {} is not a place in {}", header_.columns[slot.column], quote(word),
                             box > 0.0 ? fmt::format("the box of {} Mpc/h", box) : "any box"),
                 "a position in comoving Mpc/h", "check the box size in the header and the unit of the positions");
        if (box > 0.0) x -= box * std::floor(x / box);
        position[static_cast<std::size_t>(slot.field) - static_cast<std::size_t>(Field::x)] = x / h_;
        break;
      }
    }
  }
  if (!tree_open_)
    refuse("a halo stands before the first tree", "a line '#tree <id>' before the halos of each tree",
           "give the complete tree file of consistent-trees");
  if (row.id < 0) refuse(fmt::format("the halo id is {}", row.id), "an id of 0 or more", "repair this line");
  if (row.descendant_id < 0) row.descendant_id = -1;
  row.host_id = upid >= 0 ? upid : (pid >= 0 ? pid : -1);
  row.tree_id = batch_.blocks.back().tree_id;
  const double box_cmpc = header_.box_mpc_h.value_or(0.0) / h_;
  for (std::size_t k = 0; k < 3; ++k) {
    row.position_cmpc[k] = static_cast<float>(position[k]);
    if (box_cmpc > 0.0 && row.position_cmpc[k] >= static_cast<float>(box_cmpc))
      row.position_cmpc[k] = 0.0F;  // rounded up
  }
  if (upid >= 0) candidates_.push_back({row.tree_id, upid});
  if (pid >= 0 && pid != upid) candidates_.push_back({row.tree_id, pid});
  batch_.rows.push_back(row);
}

}  // namespace cecropia::tree::consistent_trees
