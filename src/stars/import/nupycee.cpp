#include "nupycee.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "text.hpp"

namespace cecropia::stars::nupycee {
namespace {

using text::Place;
using text::Printed;

constexpr double metals_of_an_explosion_msun = 1e-3;  ///< new metals below this: nothing of the core came out

struct Columns {
  std::size_t row = 0, isotope = 0, yield = 0, n = 0;
  std::optional<std::size_t> x0;
};

/// One block "H Table:" as it stands.
struct Block {
  std::size_t row = 0;
  double m_msun = 0, z = 0;
  Printed m, m_final;
  bool has_m_final = false, has_x0 = false;
  std::size_t lifetime_row = 0;
  std::optional<double> lifetime_yr, energy_erg;
  Elements yield{}, x0{};  // Msun, mass fractions
  double precision_msun = 0;
  Columns columns{};
  std::set<std::string> isotopes;
};

std::vector<std::string_view> fields_of(std::string_view line) {  // "&H-1  &6.595E+00 &1 &1"
  std::vector<std::string_view> fields;
  while (!line.empty()) {
    line.remove_prefix(1);  // the '&'
    const std::size_t end = std::min(line.find('&'), line.size());
    fields.push_back(text::trim(line.substr(0, end)));
    line.remove_prefix(end);
  }
  return fields;
}

/// The value behind "key:" of a header line "H key: value", or nothing.
std::optional<std::string_view> value_of(std::string_view line, std::string_view key) {
  std::string_view rest = text::trim(line.substr(1));
  if (!text::starts_with(text::lower(rest), text::lower(key))) return std::nullopt;
  rest = text::trim(rest.substr(key.size()));
  if (rest.empty() || rest.front() != ':') return std::nullopt;
  return text::trim(rest.substr(1));
}

/// "M=13.0" of "(M=13.0,Z=0.0)".
Printed read_coordinate(std::string_view table, std::string_view key, const Place& place) {
  const std::size_t at = table.find(key);
  const std::size_t begin = at == std::string_view::npos ? table.size() : at + key.size();
  const std::size_t end = std::min(table.find_first_of(",) \t", begin), table.size());
  return text::amount(table.substr(begin, end - begin), {place.file, place.row, std::string(key.substr(0, 1))});
}

Slot slot_of_isotope(std::string_view isotope, const Place& place) {
  const std::string_view symbol = isotope.substr(0, isotope.find_first_of("-*"));
  Slot slot{};
  const std::size_t dash = isotope.find('-');
  bool good = text::slot_of(symbol, slot);
  if (dash != std::string_view::npos)  // what stands behind it is the mass number
    good = good && dash + 1 < isotope.size() &&
           std::all_of(isotope.begin() + static_cast<std::ptrdiff_t>(dash) + 1, isotope.end(),
                       [](char c) { return (c >= '0' && c <= '9') || c == '*'; });
  if (!good)
    text::refuse(place, fmt::format("the isotope {} is unknown", text::quote(isotope)), "names such as O-16",
                 "correct the name");
  return slot;
}

class Reader {
 public:
  Reader(const std::string& file, Yields yields) : file_(file), yields_(yields) {}

  void take(const text::Line& line) {
    const std::string_view content = text::trim(line.text);
    if (content.empty()) return;
    if (content.front() == '&')
      take_fields(line.row, content);
    else if (content.front() == 'H' && content.size() > 1 && static_cast<unsigned char>(content[1]) <= ' ')
      take_header(line.row, content);
    else if (content != "H")
      text::refuse({file_, line.row}, fmt::format("the row {} belongs to nothing", text::quote(content)),
                   "rows that begin with 'H ' or '&'", "the file was edited or cut: get it anew");
  }

  void finish() {
    close_block();
    if (blocks.empty())
      text::refuse({file_}, "there is no block of a star in it", "'H Table: (M=...,Z=...)'", "check the path");
    if (n_metallicities_) {
      std::set<double> found;
      for (const Block& b : blocks) found.insert(b.z);
      if (static_cast<double>(found.size()) != *n_metallicities_)
        text::refuse({file_, n_metallicities_row_},
                     fmt::format("{} metallicities are announced and {} are there", *n_metallicities_, found.size()),
                     "all blocks of the table", "a metallicity is missing: get the file anew, or correct the header");
    }
  }

  bool is_net() const { return yields_ == Yields::net || (yields_ == Yields::automatic && header_says_net_); }
  bool says_units() const { return says_units_; }
  std::vector<Block> blocks;

 private:
  void take_header(std::size_t row, std::string_view content) {
    if (const auto table = value_of(content, "Table")) {
      close_block();
      block_.emplace();
      block_->row = row;
      block_->m = read_coordinate(*table, "M=", {file_, row});
      block_->m_msun = block_->m.value;
      block_->z = read_coordinate(*table, "Z=", {file_, row}).value;
      return;
    }
    if (const auto n = value_of(content, "Number of metallicities")) {
      n_metallicities_ = text::amount(*n, {file_, row, "Number of metallicities"}).value;
      n_metallicities_row_ = row;
    }
    if (const auto units = value_of(content, "Units")) check_units(row, *units);
    if (const auto list = value_of(content, "Isotopes")) read_list(*list);
    if (!block_) {
      note_kind(content);
      return;
    }
    if (const auto t = value_of(content, "Lifetime")) {
      block_->lifetime_yr = text::amount(*t, {file_, row, "Lifetime"}).value;
      block_->lifetime_row = row;
    }
    if (const auto m = value_of(content, "Mfinal")) {
      block_->m_final = text::amount(*m, {file_, row, "Mfinal"});
      block_->has_m_final = true;
    }
    if (const auto e = value_of(content, "CCSN energy"))
      block_->energy_erg = text::amount(*e, {file_, row, "CCSN energy"}).value;
  }

  void check_units(std::size_t row, std::string_view units) {
    says_units_ = true;
    const std::string all = text::lower(units);
    if (all.find("msun") == std::string::npos ||
        (all.find("year") == std::string::npos && all.find("yr") == std::string::npos) ||
        all.find("myr") != std::string::npos || all.find("gyr") != std::string::npos)
      text::refuse({file_, row, "Units"}, fmt::format("the units {} are not those of this layout", text::quote(units)),
                   "Msun, year", "convert the table");
  }

  void read_list(std::string_view list) {
    while (!list.empty()) {
      const std::size_t comma = std::min(list.find(','), list.size());
      if (const auto name = text::trim(list.substr(0, comma)); !name.empty()) announced_.emplace(name);
      list.remove_prefix(std::min(comma + 1, list.size()));
    }
  }

  /// The first line that speaks of net or total yields says which ones follow.
  void note_kind(std::string_view content) {
    if (kind_is_known_) return;
    const std::string line = text::lower(content);
    const std::size_t net = line.find("net yields"), total = line.find("total yields");
    if (net == total) return;  // neither
    kind_is_known_ = true;
    header_says_net_ = net < total;
  }

  void take_fields(std::size_t row, std::string_view content) {
    const std::vector<std::string_view> fields = fields_of(content);
    if (!block_)
      text::refuse({file_, row}, "a row of yields stands outside of a block", "'H Table: (M=...,Z=...)' before it",
                   "the beginning of the block is missing: get the file anew");
    const std::string first = text::lower(fields.front());
    if (first == "isotopes" || first == "iso" || first == "elements" || first == "elem") {
      read_columns(row, fields);
      return;
    }
    const Columns& c = block_->columns;
    if (c.n == 0)
      text::refuse({file_, row}, "the block names no columns before its first isotope", "'&Isotopes &Yields ...'",
                   "get the file anew");
    if (fields.size() < c.n || fields.back().empty())
      text::refuse({file_, row}, fmt::format("the row has {} fields", fields.size() - (fields.back().empty() ? 1 : 0)),
                   fmt::format("{} fields, as in row {}", c.n, c.row), "the line was cut: get the file anew");
    read_isotope(row, fields);
  }

  void read_columns(std::size_t row, const std::vector<std::string_view>& fields) {
    Columns& c = block_->columns;
    c = {};
    c.row = row;
    c.n = fields.size();
    bool has_yield = false;
    for (std::size_t i = 1; i < fields.size(); ++i) {
      const std::string name = text::lower(fields[i]);
      if (name == "yields" || name == "yield") {
        c.yield = i;
        has_yield = true;
      }
      if (name == "x0") c.x0 = i;
    }
    if (!has_yield)
      text::refuse({file_, row}, "no column of yields is named", "'&Isotopes &Yields ...'", "correct the header line");
  }

  void read_isotope(std::size_t row, const std::vector<std::string_view>& fields) {
    Block& b = *block_;
    const std::string isotope(fields[b.columns.isotope]);
    const Slot slot = slot_of_isotope(isotope, {file_, row, "Isotopes"});
    if (!b.isotopes.insert(isotope).second)
      text::refuse({file_, row, "Isotopes"}, fmt::format("{} stands in the block twice", text::quote(isotope)),
                   "every isotope once", "remove one of the rows");
    const Place place{file_, row, "Yields"};
    const std::string_view word = fields[b.columns.yield];
    const Printed y = is_net() ? text::number(word, place) : text::amount(word, place);
    const auto i = static_cast<std::size_t>(slot);
    b.yield[i] += y.value;
    b.precision_msun += y.half_unit;
    if (b.columns.x0) {
      const double x = text::amount(fields[*b.columns.x0], {file_, row, "X0"}).value;
      b.x0[i] += x;
      b.has_x0 = b.has_x0 || x > 0;
    }
  }

  void close_block() {
    if (!block_) return;
    Block& b = *block_;
    const std::string star = fmt::format("the block of {} Msun, Z = {}", b.m_msun, b.z);
    if (!b.has_m_final)
      text::refuse({file_, b.row, "Mfinal"}, star + " does not say what is left of the star", "'H Mfinal: ...'",
                   "add the line: without it the mass cannot be balanced");
    if (announced_.empty()) announced_ = b.isotopes;
    for (const std::string& name : announced_)
      if (b.isotopes.count(name) == 0)
        text::refuse({file_, b.row, name},
                     fmt::format("{} has {} isotopes and lacks {}", star, b.isotopes.size(), text::quote(name)),
                     fmt::format("{} isotopes, as announced", announced_.size()), "the file was cut: get it anew");
    blocks.push_back(std::move(b));
    block_.reset();
  }

  const std::string& file_;
  Yields yields_;
  std::optional<Block> block_;
  std::optional<double> n_metallicities_;
  std::size_t n_metallicities_row_ = 0;
  std::set<std::string> announced_;
  bool says_units_ = false, kind_is_known_ = false, header_says_net_ = false;
};

/// IMP-4: gross ejecta of a block. Net yields get the matter back that the star was born with.
Elements gross(const Block& b, bool is_net, const std::string& file) {
  if (!is_net) return b.yield;
  const double returned = b.m_msun - b.m_final.value;
  const Elements born = b.has_x0 ? b.x0 : initial_composition(b.z);
  constexpr double rounding = 1e-3;  // of the star's mass: net yields of elements that a star barely has
  Elements out{};
  for (std::size_t i = 0; i < n_slots; ++i) {
    out[i] = b.yield[i] + born[i] * returned;
    if (out[i] < -rounding * b.m_msun)
      text::refuse({file, b.row, std::string(slot_names[i])},
                   fmt::format("the star of {} Msun, Z = {} destroys more {} than it had: {:.3g} Msun are left",
                               b.m_msun, b.z, slot_names[i], out[i]),
                   "net yields above minus the initial mass of the element",
                   "if the yields are total ones, say --set import.yields=total");
    out[i] = std::max(out[i], 0.0);
  }
  return out;
}

/// The layout has no fates: they are read off mass, remnant and new metals.
Fate fate_of_block(const Block& b, double new_metals_msun, const BuilderParameters& limits) {
  if (b.m_msun < limits.m_wd_max_msun) return Fate::wd;
  if (b.m_final.value <= 0) return Fate::pisn;
  if (b.m_msun < limits.m_ecsn_max_msun) return Fate::ecsn;
  const bool silent = b.energy_erg && *b.energy_erg <= 0;
  return silent || new_metals_msun < metals_of_an_explosion_msun ? Fate::fsn : Fate::ccsn;
}

ProductStar star_of(const Block& b, bool is_net, const std::string& file, const BuilderParameters& limits) {
  ProductStar star;
  star.where = Place{file, b.row}.text();
  star.lifetime_where = Place{file, b.lifetime_row, "Lifetime"}.text();
  star.places["m_rem_baryonic_msun"] = star.where + ", lines 'Mfinal' and yields";
  star.places["e_sn_erg"] = star.where + ", line 'CCSN energy'";
  star.z = b.z;
  star.m_msun = b.m_msun;
  if (b.lifetime_yr) star.lifetime_myr = 1e-6 * *b.lifetime_yr;
  const Elements all = gross(b, is_net, file);
  const double born = b.has_x0 ? metals_in(b.x0) : b.z;
  const double new_metals = std::max(0.0, metals_in(all) - born * total(all));
  End end;
  end.fate = fate_of_block(b, new_metals, limits);
  end.m_rem_baryonic_msun = b.m_final.value;
  if (end.fate == Fate::wd || end.fate == Fate::fsn) {
    end.wind_msun = all;
    end.wind_new_metals_msun = new_metals;
  } else {
    end.sn_msun = all;
    end.sn_new_metals_msun = new_metals;
    if (b.energy_erg && *b.energy_erg > 0) star.e_sn_erg = b.energy_erg;
  }
  star.end = end;
  star.printed_precision_msun = b.m.half_unit + b.m_final.half_unit + b.precision_msun;
  return star;
}

}  // namespace

bool is_mine(std::string_view all) {
  for (const text::Line& line : text::lines_of(all))
    if (text::starts_with(line.text, "H Table:")) return true;
  return false;
}

Product parse(const std::string& file, std::string_view all, Yields yields, const BuilderParameters& limits) {
  Reader reader(file, yields);
  for (const text::Line& line : text::lines_of(all)) reader.take(line);
  reader.finish();
  const bool is_net = reader.is_net();
  Product product;
  product.format = "nupycee";
  product.source = fmt::format("NuPyCEE yield table, {} yields", is_net ? "net" : "total");
  product.files = {file};
  bool with_x0 = true;
  for (const Block& b : reader.blocks) {
    product.stars.push_back(star_of(b, is_net, file, limits));
    with_x0 = with_x0 && b.has_x0;
  }
  product.notes.push_back(
      "Winds and supernovae are one number in this layout: all ejecta of stars that explode count as the supernova's, "
      "all ejecta of the others as wind.");
  product.notes.push_back(fmt::format(
      "Fates are not in this layout. White dwarf below {} Msun; pair instability where Mfinal is 0; electron capture "
      "below {} Msun; core collapse above; a failed supernova where less than {} Msun of new metals came out or the "
      "energy is 0. Pulsational pair instability cannot be told from core collapse.",
      limits.m_wd_max_msun, limits.m_ecsn_max_msun, metals_of_an_explosion_msun));
  product.notes.push_back("Mfinal is taken as the baryonic mass of the remnant.");
  if (is_net && !with_x0)
    product.notes.push_back(
        "The initial composition (X0) is missing or zero in this table of net yields: the standard one was added "
        "(STA-1).");
  if (!reader.says_units()) product.notes.push_back("The table does not name its units: Msun and years were assumed.");
  return product;
}

}  // namespace cecropia::stars::nupycee
