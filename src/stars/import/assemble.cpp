// From what a product says to tables: one mass grid for all metallicities, gaps filled and listed, mass closed.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "cecropia/core/error.hpp"
#include "cecropia/stars/import.hpp"
#include "cecropia/stars/light.hpp"
#include "cecropia/stars/range.hpp"
#include "cecropia/stars/remnant.hpp"
#include "check.hpp"
#include "close.hpp"

namespace cecropia::stars {
namespace {

constexpr double lightest_msun = 2.0, heaviest_msun = 600.0;  // of the standard formulae and of the model
constexpr double highest_metallicity = 0.1;                   // a mass fraction above is another unit

constexpr double widest_step_unfilled = 1.3;  // ratio of neighbouring masses with Fill::none
constexpr double widest_interpolation = 1.5;  // the same between two stars that one is put between

constexpr const char* whole_star = "star of this mass";

using StarsOfZ = std::map<double, const ProductStar*>;  // by mass
using Stars = std::map<double, StarsOfZ>;               // by metallicity

/// Collects what was filled.
class Gaps {
 public:
  explicit Gaps(Fill fill) : fill_(fill) {}
  /// Something that no product says, or that follows from what it says.
  void note(const std::string& quantity, const std::string& origin, double z, double m) {
    Gap& gap = gaps_[{quantity, origin, z}];
    if (gap.stars++ == 0) gap = {quantity, origin, z, m, m, 1};
    gap.m_from_msun = std::min(gap.m_from_msun, m);
    gap.m_to_msun = std::max(gap.m_to_msun, m);
  }
  /// Something that the standard formulae have to give.
  void fill(const std::string& quantity, const std::string& origin, double z, double m, const std::string& where) {
    if (fill_ == Fill::none)
      refuse(where,
             quantity == whole_star ? fmt::format("{} is missing", name_of(m, z))
                                    : fmt::format("{} has no {}", name_of(m, z), quantity),
             "a product without gaps, as --fill none wants",
             fmt::format("take it from elsewhere, or let it be filled: --fill standard ({})", origin));
    note(quantity, origin, z, m);
  }
  std::vector<Gap> list() const {
    std::vector<Gap> all;
    for (const auto& [key, gap] : gaps_) all.push_back(gap);
    return all;
  }

 private:
  Fill fill_;
  std::map<std::tuple<std::string, std::string, double>, Gap> gaps_;
};

/// The stars that are used, by metallicity and mass.
Stars select(const Product& product, const ImportParameters& parameters, std::vector<std::string>& notes) {
  Stars stars;
  std::size_t outside = 0, metal_free = 0;
  std::set<double> left_out;
  for (const ProductStar& s : product.stars) {
    const auto listed = std::find_if(parameters.leave_out_msun.begin(), parameters.leave_out_msun.end(),
                                     [&](double m) { return std::fabs(m - s.m_msun) <= 1e-9 * s.m_msun; });
    if (listed != parameters.leave_out_msun.end()) {
      left_out.insert(*listed);
      continue;
    }
    if (!(s.z >= 0 && s.z <= highest_metallicity))
      refuse(s.place_of("z"), fmt::format("the metallicity {} is not a mass fraction", s.z), "Z from 0 to 0.1",
             "convert the metallicities; solar is 0.014, not 1");
    if (!(s.m_msun > 0 && s.m_msun < 1e5))
      refuse(s.place_of("m_msun"), fmt::format("the initial mass {} is not a mass in Msun", s.m_msun), "masses in Msun",
             "convert the masses");
    if (s.m_msun < lightest_msun || s.m_msun > heaviest_msun) {
      ++outside;
      continue;
    }
    metal_free += s.z < lowest_fit_z ? 1 : 0;
    const auto [known, is_new] = stars[std::max(s.z, lowest_fit_z)].emplace(s.m_msun, &s);
    if (!is_new)
      refuse(s.where, fmt::format("{} is there twice", name_of(s.m_msun, s.z)),
             fmt::format("every star once; the other one is in {}", known->second->where), "remove one of the two");
  }
  for (const double m : parameters.leave_out_msun)
    if (left_out.count(m) == 0)
      refuse("parameter import.leave_out_msun", fmt::format("there is no star of {} Msun to leave out", m),
             "initial masses of the product", "correct the list");
  if (stars.empty())
    refuse(product.files.empty() ? "" : product.files.front(), "no star is left to import",
           fmt::format("stars of {} to {} Msun", lightest_msun, heaviest_msun), "check the units of the masses");
  if (!left_out.empty()) notes.push_back(fmt::format("Left out as asked for: {} Msun.", fmt::join(left_out, ", ")));
  if (outside > 0)
    notes.push_back(fmt::format("{} stars outside of {} to {} Msun, the range of the model, were not used.", outside,
                                lightest_msun, heaviest_msun));
  if (metal_free > 0)
    notes.push_back(
        fmt::format("Z below {} is taken as {}, the metal-free stars of the model.", lowest_fit_z, lowest_fit_z));
  return stars;
}

class Assembler {
 public:
  Assembler(const Product& product, Fill fill, const ImportParameters& parameters, const BuilderParameters& builder)
      : product_(product), fill_(fill), parameters_(parameters), builder_(builder), gaps_(fill) {
    report_.notes = product.notes;
    stars_ = select(product, parameters, report_.notes);
  }

  Import run() {
    make_grid();
    for (const auto& [z, stars] : stars_) {
      check(z, stars);
      fill_metallicity(z, stars);
    }
    std::vector<double> z_grid;
    for (const auto& [z, stars] : stars_) z_grid.push_back(z);
    const std::string source = fmt::format("imported: {}; gaps: {}; {}", product_.source,
                                           fill_ == Fill::none ? "none" : "standard formulae", describe(builder_));
    Tables tables(z_grid, m_grid_, std::move(out_), source);
    if (const std::string violation = find_violation(tables); !violation.empty())
      throw InternalError("imported stellar tables: " + violation);
    note_metallicities(tables);
    report_.format = product_.format;
    report_.source = source;
    report_.files = product_.files;
    report_.contents = product_.contents;
    report_.gaps = gaps_.list();
    return {std::move(tables), std::move(report_)};
  }

 private:
  /// IMP-6: all masses of the product; with Fill::standard those of the standard tables below and above, and in between
  /// wherever a step is wider than theirs, so that a star of a cell returns no more than it took (IMF-4).
  void make_grid() {
    std::map<double, const ProductStar*> masses;
    for (const auto& [z, stars] : stars_)
      for (const auto& [m, star] : stars) masses.emplace(m, star);
    if (fill_ == Fill::none) refuse_wide_steps(masses);
    for (const auto& [m, star] : masses) m_grid_.push_back(m);
    if (fill_ == Fill::none) return;
    const std::vector<double> product = m_grid_;
    for (const double m : standard_m_grid_msun()) {
      const auto above = std::lower_bound(product.begin(), product.end(), m);
      const bool is_outside = above == product.begin() || above == product.end();
      if (above != product.end() && *above == m) continue;
      if (is_outside || is_wide(*std::prev(above), *above)) m_grid_.push_back(m);
    }
    std::sort(m_grid_.begin(), m_grid_.end());
  }

  /// True if a step is wider than those of the standard tables: 0.25 Msun below 8 Msun, 1.85 % above. A little leeway
  /// is for the rounding of masses.
  static bool is_wide(double low_msun, double high_msun) {
    return high_msun > 8.0008 ? high_msun / low_msun > 1.0190 : high_msun - low_msun > 0.2501;
  }

  /// Without filling, steps have to be such that the stars between are like the nearest.
  static void refuse_wide_steps(const std::map<double, const ProductStar*>& masses) {
    const ProductStar* below = nullptr;
    for (const auto& [m, star] : masses) {
      if (below != nullptr && m / below->m_msun > widest_step_unfilled)
        refuse(star->where, fmt::format("there is no star between {} and {} Msun at any metallicity", below->m_msun, m),
               fmt::format("steps of at most a factor {} in mass, as --fill none wants; the lighter one is in {}",
                           widest_step_unfilled, below->where),
               "give the stars between, or let them be filled: --fill standard");
      below = star;
    }
  }

  void check(double z, const StarsOfZ& stars) {
    const ProductStar* before = nullptr;
    for (const auto& [m, star] : stars) {
      check_units(*star, z);
      if (!star->lifetime_myr) continue;
      if (before != nullptr && !(*star->lifetime_myr < *before->lifetime_myr))
        refuse(star->lifetime_where,
               fmt::format("{} lives {} Myr, and the lighter one of {} Msun {} Myr", name_of(m, star->z),
                           *star->lifetime_myr, before->m_msun, *before->lifetime_myr),
               fmt::format("lifetimes that fall with mass; the other star is in {}", before->lifetime_where),
               fmt::format("correct the row, or leave the star out: --set 'import.leave_out_msun=[{}]'", m));
      before = star;
    }
  }

  /// IMP-6: lifetime of the product over that of the formula, between the stars that have one.
  double lifetime_ratio(const StarsOfZ& stars, double m, double z) const {
    double low_m = 0, low = 1, high_m = 0, high = 1;
    for (const auto& [mass, star] : stars) {
      if (!star->lifetime_myr) continue;
      const double ratio = *star->lifetime_myr / lifetime_myr(mass, z);
      if (mass <= m || low_m == 0) {
        low_m = mass;
        low = ratio;
      }
      high_m = mass;
      high = ratio;
      if (mass >= m) break;
    }
    if (low_m == 0 || high_m <= low_m || m <= low_m) return low;
    if (m >= high_m) return high;
    const double w = std::log(m / low_m) / std::log(high_m / low_m);
    return std::exp((1.0 - w) * std::log(low) + w * std::log(high));
  }

  void fill_metallicity(double z, const StarsOfZ& stars) {
    std::map<double, Star> done;
    std::map<double, std::size_t> place;  // in the report
    for (const auto& [m, star] : stars) {
      place[m] = imbalance_.size();
      done.emplace(m, complete(*star, z, stars));
    }
    report_.n_stars += stars.size();
    const double first = stars.begin()->first, last = stars.rbegin()->first;
    for (const double m : m_grid_) {
      const auto own = done.find(m);
      if (own != done.end()) {
        add(own->second, place[m]);
      } else if (const auto above = done.upper_bound(m);
                 m > first && m < last && is_between(std::prev(above)->first, above->first, z)) {
        gaps_.fill(whole_star, "between its neighbours in the product (IMP-6)", z, m,
                   fmt::format("the stars of Z = {}", z));
        add(between(std::prev(above)->second, above->second, m), Origin::interpolated);
      } else {
        gaps_.fill(whole_star, "standard formulae, lifetime in proportion to the nearest stars of the product (IMP-6)",
                   z, m, fmt::format("the stars of Z = {}", z));
        Star star = standard_star(m, z);
        star.lifetime_myr = m > first && m < last && !ratio_falls(std::prev(above)->first, above->first, stars, z)
                                ? lifetime_between(std::prev(above)->second, above->second, m)
                                : star.lifetime_myr * lifetime_ratio(stars, m, z);
        add(star, Origin::standard);
      }
    }
    check_filled_lifetimes();
  }

  /// Stars that are far apart have nothing between them but the formulae, as far as these reach.
  static bool is_between(double low_msun, double high_msun, double z) {
    return high_msun / low_msun <= widest_interpolation || z > highest_fit_z * (1.0 + 1e-9);
  }

  /// True if the formula in proportion to the product falls everywhere between two stars of nearly one lifetime.
  bool ratio_falls(double low_msun, double high_msun, const StarsOfZ& stars, double z) const {
    constexpr int steps = 64;
    double before = 0;
    for (int i = 0; i <= steps; ++i) {
      const double m = i == steps ? high_msun : low_msun * std::pow(high_msun / low_msun, i / double{steps});
      const double life = lifetime_myr(m, z) * lifetime_ratio(stars, m, z);
      if (i > 0 && !(life < before)) return false;
      before = life;
    }
    return true;
  }

  /// The logarithm is linear in log m: it falls wherever the lifetimes of the two do.
  static double lifetime_between(const Star& a, const Star& b, double m) {
    const double w = std::log(m / a.m_msun) / std::log(b.m_msun / a.m_msun);
    return std::exp((1.0 - w) * std::log(a.lifetime_myr) + w * std::log(b.lifetime_myr));
  }

  /// Where formulae stand between stars of the product, lifetimes have to fall all the same.
  void check_filled_lifetimes() const {
    for (std::size_t i = out_.size() - m_grid_.size() + 1; i < out_.size(); ++i)
      if (!(out_[i].lifetime_myr < out_[i - 1].lifetime_myr))
        refuse(product_.files.empty() ? "" : product_.files.front(),
               fmt::format("with the gaps filled {} lives {:.6g} Myr, and the lighter one of {} Msun {:.6g} Myr",
                           name_of(out_[i].m_msun, out_[i].z), out_[i].lifetime_myr, out_[i - 1].m_msun,
                           out_[i - 1].lifetime_myr),
               "lifetimes that fall with mass",
               "give the lifetimes of all stars, or leave out the star that does not fit (import.leave_out_msun)");
  }

  Star standard_star(double m, double z) const {
    if (z > highest_fit_z * (1.0 + 1e-9))
      refuse(product_.files.empty() ? "" : product_.files.front(),
             fmt::format("{} is missing, and the standard formulae end at Z = {}", name_of(m, z), highest_fit_z),
             "a product that is complete at this metallicity", "leave this metallicity out, or use --fill none");
    return make_star(m, std::max(z, lowest_fit_z), builder_);
  }

  /// IMP-6: a star between two of the product: linear in mass where they end alike (mass stays conserved), else the
  /// nearer one in proportion; lifetime and light by their logarithms in either case.
  static Star between(const Star& a, const Star& b, double m) {
    const double w = (m - a.m_msun) / (b.m_msun - a.m_msun), v = std::log(m / a.m_msun) / std::log(b.m_msun / a.m_msun);
    const bool alike = a.fate == b.fate;
    const Star& nearer = w < 0.5 ? a : b;
    Star s = nearer;
    const double fa = alike ? 1.0 - w : (w < 0.5 ? m / a.m_msun : 0.0), fb = alike ? w : (w < 0.5 ? 0.0 : m / b.m_msun);
    for (double Star::*x : {&Star::m_fin_msun, &Star::m_he_msun, &Star::m_co_msun, &Star::m_rem_baryonic_msun,
                            &Star::m_rem_gravitational_msun, &Star::wind_new_metals_msun, &Star::sn_new_metals_msun})
      s.*x = fa * a.*x + fb * b.*x;
    for (std::size_t e = 0; e < n_slots; ++e) {
      s.wind_msun[e] = fa * a.wind_msun[e] + fb * b.wind_msun[e];
      s.sn_msun[e] = fa * a.sn_msun[e] + fb * b.sn_msun[e];
    }
    s.m_msun = m;
    if (alike) {
      s.f_fallback = fa * a.f_fallback + fb * b.f_fallback;
      s.e_sn_erg = fa * a.e_sn_erg + fb * b.e_sn_erg;
    }
    s.lifetime_myr = lifetime_between(a, b, m);
    for (double Star::*x : {&Star::log10_q_per_s, &Star::log10_q_lw_per_s, &Star::log10_l_uv_erg_s_hz})
      if (std::isfinite(a.*x) && std::isfinite(b.*x)) s.*x = (1.0 - v) * a.*x + v * b.*x;
    return s;
  }

  /// A star of the product with its gaps filled and its mass closed.
  Star complete(const ProductStar& p, double z, const StarsOfZ& stars) {
    Star s;
    s.z = z;
    s.m_msun = p.m_msun;
    bool is_whole = true;
    const auto fill = [&](const char* quantity, const char* origin) {
      gaps_.fill(quantity, origin, z, p.m_msun, p.where);
      is_whole = false;
    };
    set_life_and_light(s, p, stars, fill);
    double precision = 0, before = 0;
    ClosedBy by = ClosedBy::nothing;
    if (p.end) {
      take_end(s, p);
      check_balance(s, p);
      before = imbalance_of(s);
      precision = p.printed_precision_msun / p.m_msun;
      by = close_mass(s, parameters_.close_with);
      derive(s, p);
    } else {
      fill("fate, remnant and ejecta", "standard formulae (STA-16)");
      const Star end = standard_star(p.m_msun, z);
      const Star life = s;
      s = end;
      s.lifetime_myr = life.lifetime_myr;
      s.log10_q_per_s = life.log10_q_per_s;
      s.log10_q_lw_per_s = life.log10_q_lw_per_s;
      s.log10_l_uv_erg_s_hz = life.log10_l_uv_erg_s_hz;
    }
    imbalance_.push_back(before);
    precision_.push_back(precision);
    closed_by_.push_back(by);
    origin_.push_back(is_whole ? Origin::product : Origin::partly);
    return s;
  }

  /// log10 of the H-ionising photons of the product over those of the formula, between the stars that have them.
  static double ionising_excess_dex(const StarsOfZ& stars, double m, double z) {
    double low_m = 0, low = 0, high_m = 0, high = 0;
    for (const auto& [mass, star] : stars) {
      if (!star->log10_q_per_s || !std::isfinite(*star->log10_q_per_s)) continue;
      high = *star->log10_q_per_s - log10_ionising_rate(mass, std::max(z, lowest_fit_z));
      high_m = mass;
      if (mass <= m || low_m == 0) {
        low_m = mass;
        low = high;
      }
      if (mass >= m) break;
    }
    if (high_m <= low_m || m <= low_m) return low;
    if (m >= high_m) return high;
    const double w = std::log(m / low_m) / std::log(high_m / low_m);
    return (1.0 - w) * low + w * high;
  }

  template <class FillGap>
  void set_life_and_light(Star& s, const ProductStar& p, const StarsOfZ& stars, FillGap&& fill) {
    if (!p.lifetime_myr) fill("lifetime", "standard formula (STA-2), in proportion to known lifetimes (IMP-6)");
    s.lifetime_myr = p.lifetime_myr.value_or(lifetime_myr(s.m_msun, s.z) * lifetime_ratio(stars, s.m_msun, s.z));
    const double formula = log10_ionising_rate(s.m_msun, std::max(s.z, lowest_fit_z));
    if (!p.log10_q_per_s) fill("H-ionising photons", "standard formula (STA-3)");
    s.log10_q_per_s = p.log10_q_per_s.value_or(formula);
    const double hottest = log10_ionising_rate(m_hottest_msun, std::max(s.z, lowest_fit_z));
    const Light light = stellar_light(s.m_msun, std::isfinite(s.log10_q_per_s) ? s.log10_q_per_s : formula,
                                      hottest + ionising_excess_dex(stars, m_hottest_msun, s.z));
    if (!p.log10_q_lw_per_s) fill("Lyman-Werner photons", "from mass and ionising photons (STA-24)");
    s.log10_q_lw_per_s = p.log10_q_lw_per_s.value_or(light.log10_q_lw_per_s);
    if (!p.log10_l_uv_erg_s_hz) fill("light at 1500 Angstrom", "from mass and ionising photons (STA-24)");
    s.log10_l_uv_erg_s_hz = p.log10_l_uv_erg_s_hz.value_or(light.log10_l_uv_erg_s_hz);
  }

  static void take_end(Star& s, const ProductStar& p) {
    s.fate = p.end->fate;
    s.m_rem_baryonic_msun = p.end->m_rem_baryonic_msun;
    s.wind_msun = p.end->wind_msun;
    s.sn_msun = p.end->sn_msun;
    s.wind_new_metals_msun = p.end->wind_new_metals_msun;
    s.sn_new_metals_msun = p.end->sn_new_metals_msun;
  }

  void check_balance(const Star& s, const ProductStar& p) const {
    const double off = imbalance_of(s), allowed = parameters_.max_imbalance;
    const double wind = total(s.wind_msun), sn = total(s.sn_msun);
    if (!(std::fabs(off) <= allowed))
      refuse(p.place_of("m_rem_baryonic_msun"),
             fmt::format("{} {} {:.3g} of its mass: wind {:.6g} + supernova {:.6g} + remnant {:.6g} = {:.6g} Msun",
                         name_of(p.m_msun, p.z), off > 0 ? "loses" : "makes", std::fabs(off), wind, sn,
                         s.m_rem_baryonic_msun, wind + sn + s.m_rem_baryonic_msun),
             fmt::format("an imbalance of at most {} (import.max_imbalance)", allowed),
             fmt::format("leave the star out (--set 'import.leave_out_msun=[{}]'), or allow more "
                         "(--set import.max_imbalance={:.2g})",
                         p.m_msun, 1.05 * std::fabs(off)));
    if (p.m_fin_msun && *p.m_fin_msun > 0 && !(std::fabs(p.m_msun - wind - *p.m_fin_msun) <= allowed * p.m_msun))
      refuse(p.place_of("m_fin_msun"),
             fmt::format("the winds of {} carry {:.6g} Msun away, and its final mass is {:.6g} Msun",
                         name_of(p.m_msun, p.z), wind, *p.m_fin_msun),
             "initial mass = winds + final mass", "check the columns of the final mass and of the winds");
  }

  /// Who takes what of these metallicities in a run (STA-17).
  void note_metallicities(const Tables& tables) {
    for (const std::string& remark : metallicity_remarks(tables)) report_.notes.push_back(remark);
  }

  /// What follows from the rest where a product is silent.
  void derive(Star& s, const ProductStar& p) {
    const auto note = [&](const char* quantity, const char* origin) { gaps_.note(quantity, origin, s.z, s.m_msun); };
    const double wind = total(s.wind_msun);
    if (!p.m_fin_msun) note("final mass", "initial mass minus winds");
    s.m_fin_msun = p.m_fin_msun.value_or(std::max(s.m_msun - wind, 0.0));
    if (!p.m_he_msun || !p.m_co_msun) note("core masses", "not known: 0 in the tables");
    s.m_he_msun = p.m_he_msun.value_or(0.0);
    s.m_co_msun = p.m_co_msun.value_or(0.0);
    if (!p.m_rem_gravitational_msun) note("gravitational mass of the remnant", "from the baryonic one (STA-9)");
    s.m_rem_gravitational_msun = p.m_rem_gravitational_msun.value_or(
        s.fate == Fate::wd ? s.m_rem_baryonic_msun : gravitational_mass_msun(s.m_rem_baryonic_msun));
    // What closed the mass may have left less than the product's own gravitational mass.
    if (s.m_rem_gravitational_msun > s.m_rem_baryonic_msun && p.end->m_rem_baryonic_msun != s.m_rem_baryonic_msun) {
      s.m_rem_gravitational_msun =
          s.fate == Fate::wd ? s.m_rem_baryonic_msun : gravitational_mass_msun(s.m_rem_baryonic_msun);
      note("gravitational mass of the remnant", "from the baryonic one as closed (STA-9)");
    }
    if (!p.e_sn_erg) note("energy of the supernova", "by fate, section stars (STA-7)");
    s.e_sn_erg = p.e_sn_erg.value_or(supernova_energy_erg(s.fate, s.m_he_msun, builder_));
    const double all = s.fate == Fate::fsn || s.fate == Fate::dbh ? 1.0 : 0.0;
    const bool follows = s.fate == Fate::ccsn && s.m_co_msun > 0;
    if (!p.f_fallback && s.fate == Fate::ccsn)
      note("fallback fraction", follows ? "from core and final mass (STA-9, STA-25)" : "not known: 0 in the tables");
    s.f_fallback =
        p.f_fallback.value_or(follows ? fallback(builder_.remnant, s.m_co_msun, s.m_fin_msun).f_fallback : all);
  }

  void add(const Star& star, std::size_t place) {
    out_.push_back(star);
    report_.imbalance.push_back(imbalance_[place]);
    report_.printed_precision.push_back(precision_[place]);
    report_.closed_by.push_back(closed_by_[place]);
    report_.origin.push_back(origin_[place]);
  }
  void add(const Star& star, Origin origin) {
    out_.push_back(star);
    report_.imbalance.push_back(0);
    report_.printed_precision.push_back(0);
    report_.closed_by.push_back(ClosedBy::nothing);
    report_.origin.push_back(origin);
  }

  const Product& product_;
  Fill fill_;
  const ImportParameters& parameters_;
  const BuilderParameters& builder_;
  Gaps gaps_;
  Stars stars_;
  std::vector<double> m_grid_;
  std::vector<Star> out_;
  ImportReport report_;
  std::vector<double> imbalance_, precision_;  // of the stars of the product, in the order they were completed
  std::vector<ClosedBy> closed_by_;
  std::vector<Origin> origin_;
};

}  // namespace

Import make_tables(const Product& product, Fill fill, const ImportParameters& parameters,
                   const BuilderParameters& builder) {
  return Assembler(product, fill, parameters, builder).run();
}

}  // namespace cecropia::stars
