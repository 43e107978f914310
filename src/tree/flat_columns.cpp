#include "cecropia/tree/flat_columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/id_index.hpp"

namespace cecropia::tree::flat {
namespace {

/// Scale factors closer than this are the same snapshot (consistent-trees prints five digits, and converters copy
/// them).
constexpr double scale_tolerance = 1.5e-5;
constexpr std::size_t most_values = std::size_t{1} << 16;  // of the clock
constexpr std::size_t most_levels = 4096;                  // so many can ids of inserted halos name

double with_a(double v, double a, int exponent) { return exponent == 0 ? v : v * std::pow(a, exponent); }

double in_ours(double v, const Unit& unit, double h) {
  return with_h(unit.factor == 1.0 ? v : v * unit.factor, h, unit.h_exponent);
}

class Interpreter {
 public:
  Interpreter(const Columns& columns, const Meaning& meaning) : c_(columns), m_(meaning) { check_lengths(); }

  void append(const Run& run, std::uint32_t forest, Catalogue& into) {
    run_ = &run;
    if (run.begin > c_.node.size() || run.n_halos > c_.node.size() - run.begin)
      throw InternalError("a forest beyond its columns");
    if (m_.ids_are_rows) index(run);
    for (std::size_t i = run.begin; i < run.begin + run.n_halos; ++i) {
      HaloRow row;
      row.level = level(i);
      row.id = m_.ids_are_rows ? row_of(i) : c_.node[i];
      if (row.id < 0) refuse(i, fmt::format("the {} is {}", m_.id_name, c_.node[i]), "a whole number, 0 or more");
      row.descendant_id = c_.descendant[i] < 0 ? -1 : linked(i, c_.descendant[i], "descendant");
      const bool is_satellite = !c_.host.empty() && c_.host[i] >= 0 && c_.host[i] != c_.node[i];
      row.host_id = is_satellite ? linked(i, c_.host[i], "host") : -1;
      row.m_vir_msun = mass(i, m_.scale[row.level]);
      if (!c_.position.empty()) row.position_cmpc = position(i, m_.scale[row.level]);
      row.flags = flags(i);
      tree::append(into, row, forest, !c_.position.empty());
    }
  }

 private:
  void check_lengths() const {
    const std::size_t n = c_.node.size();
    const auto fits = [n](std::size_t length, std::size_t width = 1) { return length == 0 || length == n * width; };
    if (c_.descendant.size() != n || c_.mass.size() != n || c_.clock.size() != n || !fits(c_.host.size()) ||
        !fits(c_.position.size(), 3) || !fits(c_.phantom.size()) || !fits(c_.interpolated.size()) ||
        !fits(c_.main.size()) || !fits(c_.row.size()))
      throw InternalError("columns of the halos of a forest differ in length");
  }
  [[noreturn]] void refuse(std::size_t i, const std::string& what, const std::string& expected) const {
    throw InputError(
        {what,
         fmt::format("{}, forest {}, row {}, {} {}", m_.where, run_->forest_id, row_of(i), m_.id_name, c_.node[i]),
         expected, "repair the trees, or convert them again"});
  }
  std::int64_t row_of(std::size_t i) const {
    return c_.row.empty() ? run_->first_row + static_cast<std::int64_t>(i - run_->begin) : c_.row[i];
  }
  std::uint32_t level(std::size_t i) {
    const double value = c_.clock[i];
    if (value == last_.value) return last_.level;
    const auto at = std::lower_bound(m_.ticks.begin(), m_.ticks.end(), value,
                                     [](const Tick& tick, double wanted) { return tick.value < wanted; });
    if (at == m_.ticks.end() || at->value != value)
      refuse(i, fmt::format("the time of a halo, {}, is that of no level", value), "one of the levels of the set");
    last_ = *at;
    return at->level;
  }
  double mass(std::size_t i, double a) const {
    const double m = with_a(in_ours(c_.mass[i], m_.mass, m_.h), a, m_.mass.a_exponent);
    if (!(m > 0.0) || !std::isfinite(m))
      refuse(i, fmt::format("the mass of a halo is {}", c_.mass[i]), "a positive, finite mass");
    return m;
  }
  std::array<float, 3> position(std::size_t i, double a) const {
    // Lengths are physical after a^n; ours are comoving.
    Unit comoving = m_.length;
    comoving.a_exponent -= 1;
    const double box_cmpc = in_ours(m_.box, m_.length, m_.h);
    std::array<float, 3> place{};
    for (std::size_t k = 0; k < 3; ++k) {
      double x = with_a(c_.position[3 * i + k], a, comoving.a_exponent);
      if (!std::isfinite(x) || (m_.box > 0.0 && !(x >= -m_.box && x <= 2.0 * m_.box)) || std::abs(x) > 1e30)
        refuse(i, fmt::format("a position of a halo is {}", c_.position[3 * i + k]),
               m_.box > 0.0 ? fmt::format("a place in the box of {}", m_.box) : "a finite place");
      if (m_.box > 0.0) x -= m_.box * std::floor(x / m_.box);
      place[k] = static_cast<float>(in_ours(x, comoving, m_.h));
      if (box_cmpc > 0.0 && place[k] >= static_cast<float>(box_cmpc)) place[k] = 0.0F;  // rounded up
    }
    return place;
  }
  std::uint8_t flags(std::size_t i) const {
    const auto flag = [i](const std::vector<std::uint8_t>& column, std::uint8_t bit) {
      return static_cast<std::uint8_t>(!column.empty() && column[i] != 0 ? bit : 0);
    };
    return static_cast<std::uint8_t>(flag(c_.phantom, Forest::is_phantom) |
                                     flag(c_.interpolated, Forest::is_interpolated) |
                                     flag(c_.main, Forest::is_main_progenitor));
  }
  void index(const Run& run) {
    place_.reset(run.n_halos);
    for (std::size_t i = run.begin; i < run.begin + run.n_halos; ++i)
      if (place_.insert(c_.node[i], static_cast<Halo>(i - run.begin)) != no_halo)
        refuse(i, fmt::format("{} {} occurs twice in its forest", m_.id_name, c_.node[i]), "each id once in a forest");
  }
  std::int64_t linked(std::size_t i, std::int64_t node, const char* what) const {
    if (!m_.ids_are_rows) return node;
    const Halo place = place_.find(node);
    if (place == no_halo)
      refuse(i, fmt::format("its {}, node {}, is not in its forest", what, node), "links inside the forest");
    return row_of(run_->begin + place);
  }

  const Columns& c_;
  const Meaning& m_;
  const Run* run_ = nullptr;
  Tick last_{std::nan(""), 0};
  IdIndex place_;
};

}  // namespace

// By division where the exponent is negative, so that a mass in Msun/h gives the same bits as in every other format.
double with_h(double v, double h, int exponent) {
  for (int i = 0; i < exponent; ++i) v *= h;
  for (int i = 0; i > exponent; --i) v /= h;
  return v;
}

double unit_factor(double in_si, double one_in_si) {
  const double factor = in_si / one_in_si, decade = std::pow(10.0, std::round(std::log10(factor)));
  return std::abs(factor / decade - 1.0) < 1e-3 ? decade : factor;
}

void to_catalogue(const Columns& columns, const Meaning& meaning, std::span<const Run> runs, std::uint32_t first_forest,
                  Catalogue& into) {
  Interpreter interpreter(columns, meaning);
  for (const Run& run : runs) interpreter.append(run, first_forest++, into);
}

void find_levels(const std::vector<double>& values, const Unit& time_myr, const cosmology::Parameters& cosmology,
                 Meaning& meaning) {
  const auto refuse = [&](const std::string& what) {
    throw InputError({what, meaning.where, "halos at the times of snapshots, between the big bang and a = 1.1",
                      "check the trees, or use trees with snapshots"});
  };
  const cosmology::Cosmology cosmos(cosmology);
  std::vector<std::pair<double, double>> scale_of;  // scale factor, value
  for (const double v : values) {
    double a = v;
    if (meaning.clock == Clock::redshift) a = 1.0 / (1.0 + v);
    if (meaning.clock == Clock::time) {
      const double t_myr = in_ours(v, time_myr, meaning.h);
      if (!(t_myr > 0.0) || !(t_myr < 1e5)) refuse(fmt::format("the time {} of a halo cannot be", v));
      a = 1.0 / (1.0 + cosmos.redshift_at(t_myr));
    }
    if (!is_scale_factor(a)) refuse(fmt::format("the time {} of a halo cannot be", v));
    scale_of.emplace_back(a, v);
  }
  if (scale_of.empty()) refuse("there are no halos");
  std::sort(scale_of.begin(), scale_of.end());
  meaning.scale.clear();
  meaning.ticks.clear();
  for (const auto& [a, v] : scale_of) {
    if (meaning.scale.empty() || a - meaning.scale.back() > scale_tolerance) meaning.scale.push_back(a);
    meaning.ticks.push_back({v, static_cast<std::uint32_t>(meaning.scale.size() - 1)});
  }
  if (meaning.scale.size() > most_levels)
    refuse(fmt::format("halos at {} different times are not in snapshots", meaning.scale.size()));
  std::sort(meaning.ticks.begin(), meaning.ticks.end(), [](const Tick& a, const Tick& b) { return a.value < b.value; });
}

void take_levels(const std::vector<double>& redshift, Meaning& meaning, SetFacts& facts,
                 const std::function<void(const std::string&)>& refuse) {
  meaning.clock = Clock::redshift;
  facts.redshift = redshift;
  for (std::size_t l = 0; l < redshift.size(); ++l) {
    const double z = redshift[l];
    if (!(z > -0.1 && z < 1e5) || (l > 0 && !(z < redshift[l - 1])))
      refuse(fmt::format("the redshift of level {} is {}", l, z));
    facts.scale.push_back(1.0 / (1.0 + z));
    meaning.ticks.push_back({z, static_cast<std::uint32_t>(l)});
  }
  std::reverse(meaning.ticks.begin(), meaning.ticks.end());
  meaning.scale = facts.scale;
}

void warn_of_untold_cosmology(SetFacts& facts, const std::string& trees) {
  if (facts.h && facts.omega_m) return;
  const char* untold = facts.h ? "Omega_M" : (facts.omega_m ? "h" : "Omega_M and h");
  facts.warnings.push_back(fmt::format("{} not tell {}: the values of the parameters are used.", trees, untold));
}

void collect_times(const std::vector<double>& part, std::size_t first_row, const std::string& where,
                   std::vector<double>& values) {
  double last = std::nan("");
  for (std::size_t i = 0; i < part.size(); ++i) {
    if (part[i] == last) continue;
    last = part[i];
    if (!std::isfinite(last))
      throw InputError({fmt::format("the time of a halo is {}", last), fmt::format("{}, row {}", where, first_row + i),
                        "a finite number", "repair the trees, or convert them again"});
    const auto at = std::lower_bound(values.begin(), values.end(), last);
    if (at == values.end() || *at != last) values.insert(at, last);
    if (values.size() > most_values)
      throw InputError({"the halos are not in snapshots: nearly each has a time of its own", where,
                        "trees with at most 4096 levels", "use trees with snapshots"});
  }
}

}  // namespace cecropia::tree::flat
