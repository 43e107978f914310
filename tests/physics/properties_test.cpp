// Laws that hold for any parameters in their ranges and for any merger trees: mass and metals are moved, not made; no
// quantity is negative or without bounds; the order in which halos are given does not matter; and neither do their
// names, where nothing is left to chance. Worlds are drawn (tests/testing/drawn_world.hpp). A failure names the draw
// and the few changes of parameters that it needs. CECROPIA_DRAWS=1000 tries more worlds, CECROPIA_DRAW=17 one of them.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <numeric>

#include "cecropia/output/fields.hpp"
#include "testing/drawn_world.hpp"
#include "testing/renamed.hpp"
#include "testing/walked.hpp"

namespace {
using namespace cecropia;
using made::Change;

/// Every property of a galaxy that can be written to a file, by name.
template <class Visit>
void for_each_value(const model::Galaxy& g, Visit&& visit) {
  std::vector<double> values;
  const model::ResolvedGalaxy unknown;
  for (const output::Field& field : output::fields()) {
    if (field.resolved) continue;
    values.assign(field.width, 0.0);
    field.get(g, unknown, values.data());
    for (std::size_t i = 0; i < field.width; ++i) visit(field.name, i, values[i]);
  }
}

/// What breaks a law; empty if all hold.
using Law = std::string (*)(const scan::Settings&, std::uint64_t draw, std::size_t first, std::size_t last);

std::string text_of(const Value& value) {
  return std::visit(
      [](const auto& v) {
        using V = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<V, std::vector<double>>)
          return fmt::format("[{}]", fmt::join(v, ","));
        else if constexpr (std::is_same_v<V, std::vector<std::string>>)
          return fmt::format("[{}]", fmt::join(v, ","));
        else
          return fmt::format("{}", v);
      },
      value);
}

/// Tries the law on many worlds. Of a world that breaks it, forests and changes of parameters are taken away one by one
/// as long as it is still broken.
void expect_for_all(Law law) {
  const char *one = std::getenv("CECROPIA_DRAW"), *many = std::getenv("CECROPIA_DRAWS");
  const std::uint64_t first = one != nullptr ? std::strtoull(one, nullptr, 10) : 0;
  const std::uint64_t last = one != nullptr ? first + 1 : many != nullptr ? std::strtoull(many, nullptr, 10) : 25;
  for (std::uint64_t draw = first; draw < last; ++draw) {
    const made::DrawnSky sky = made::drawn_sky(draw);
    std::vector<Change> changes = made::drawn_changes(draw, sky.box_cmpc > 0.0);
    std::size_t begin = 0, end = sky.n_forests;
    std::string broken = law(made::settings_with(changes), draw, begin, end);
    if (broken.empty()) continue;
    const auto still = [&](const std::vector<Change>& with, std::size_t from, std::size_t to) {
      if (!made::fit_together(made::settings_with(with), sky.box_cmpc > 0.0)) return false;
      const std::string now = law(made::settings_with(with), draw, from, to);
      if (!now.empty()) broken = now;
      return !now.empty();
    };
    while (end - begin > 1 && still(changes, begin, end - 1)) --end;
    while (end - begin > 1 && still(changes, begin + 1, end)) ++begin;
    for (std::size_t i = changes.size(); i-- > 0;) {
      std::vector<Change> fewer = changes;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      if (still(fewer, begin, end)) changes = std::move(fewer);
    }
    std::string needed;
    for (const Change& change : changes)
      for (const auto& [name, value] : change) needed += fmt::format(" {}={}", name, text_of(value));
    ADD_FAILURE() << fmt::format("draw {} (CECROPIA_DRAW={} repeats it), forests {} to {}, parameters:{}\n{}", draw,
                                 draw, begin, end - 1, needed.empty() ? " all defaults" : needed, broken);
    return;
  }
}

std::string conservation(const scan::Settings& s, std::uint64_t draw, std::size_t first, std::size_t last) {
  const made::DrawnSky sky = made::drawn_sky(draw);
  const cosmology::Cosmology cosmos(s.cosmology);
  const made::Walked o = made::walked(s, made::arranged(made::drawn_catalogue(draw, sky, first, last), sky, cosmos));
  const model::Budget& b = o.result.budget;
  if (!(b.mass_relative_error < 1e-12)) return fmt::format("mass is made or lost: {:g}", b.mass_relative_error);
  if (!(b.metal_relative_error < 1e-12)) return fmt::format("metals are made or lost: {:g}", b.metal_relative_error);
  if (b.stars.missing() != 0) return fmt::format("{} massive stars are missing", b.stars.missing());
  return {};
}

std::string positivity(const scan::Settings& s, std::uint64_t draw, std::size_t first, std::size_t last) {
  const made::DrawnSky sky = made::drawn_sky(draw);
  const made::Walked o = made::walked(
      s, made::arranged(made::drawn_catalogue(draw, sky, first, last), sky, cosmology::Cosmology(s.cosmology)));
  std::string broken;
  const auto require = [&broken](bool holds, const auto&... words) {
    if (!holds && broken.empty()) broken = fmt::format(words...);
  };
  for (std::size_t l = 0; l < o.levels.size(); ++l) {
    const model::LevelSums& sums = o.sums[l];
    for (const auto& [name, share] : {std::pair{"q_hii", sums.q_hii}, std::pair{"q_metal", sums.q_metal}})
      require(share >= 0.0 && share <= 1.0, fmt::runtime("{} = {:g} at level {}"), name, share, l);
    for (const double x : {sums.ionised_filling, sums.metal_filling, sums.j21})
      require(x >= 0.0 && std::isfinite(x), fmt::runtime("a sum over level {} is {:g}"), l, x);
    for (const model::Galaxy& g : o.levels[l]) {
      for_each_value(g, [&](std::string_view name, std::size_t i, double x) {
        if (name == "position_cmpc" && sky.box_cmpc == 0.0) return;
        // logarithms: of nothing, where there are no such stars, and of either sign
        const bool is_log = name == "oh_young" || name == "m_uv_ab";
        const bool may_miss = is_log || name == "age_first_stars_myr";
        const bool none = may_miss && std::isnan(x), no_oxygen = name == "oh_young" && x == -HUGE_VAL;
        require(none || no_oxygen || (std::isfinite(x) && (is_log || x >= 0.0)),
                fmt::runtime("{}[{}] = {:g}, halo {}, level {}"), name, i, x, g.halo_id, l);
      });
      const auto holds = [&](const char* what, double whole, double part) {
        require(part <= whole * (1.0 + 1e-12), fmt::runtime("{}: {:g} of {:g}, halo {}, level {}"), what, part, whole,
                g.halo_id, l);
      };
      holds("Population III of all stars", g.m_star_msun, g.m_star_iii_msun);
      holds("metals in gas", g.m_hot_msun + g.m_cold_msun, g.metals_gas_msun[metal_z]);
      holds("metals in outflows", g.m_out_msun, g.metals_out_msun[metal_z]);
      for (const Metals& m : {g.metals_gas_msun, g.metals_out_msun})
        holds("nine elements of all metals", m[metal_z], std::accumulate(m.begin() + 1, m.end(), 0.0));
      holds("pair-instability supernovae of Population III", g.pisn_events, g.pisn_iii_events);
      holds("halo mass of the peak", g.m_peak_msun, g.m_vir_msun);
    }
  }
  return broken;
}

/// All values of all galaxies by level and halo.
using Table = std::map<std::pair<std::size_t, std::int64_t>, std::vector<double>>;
Table table_of(const made::Walked& o) {
  Table table;
  for (std::size_t l = 0; l < o.levels.size(); ++l)
    for (const model::Galaxy& g : o.levels[l])
      for_each_value(g, [&](std::string_view, std::size_t, double x) { table[{l, g.halo_id}].push_back(x); });
  return table;
}

std::string difference(const Table& a, const Table& b, double bound) {
  if (a.size() != b.size()) return fmt::format("{} and {} galaxies", a.size(), b.size());
  for (const auto& [at, values] : a) {
    const auto other = b.find(at);
    if (other == b.end()) return fmt::format("halo {} of level {} has a galaxy in one only", at.second, at.first);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double x = values[i], y = other->second[i];
      if (std::isnan(x) && std::isnan(y)) continue;
      if (!(x == y || std::fabs(x - y) <= bound * std::max(std::fabs(x), std::fabs(y))))
        return fmt::format("value {} of halo {} at level {}: {:.17g} and {:.17g}", i, at.second, at.first, x, y);
    }
  }
  return {};
}

std::string order(const scan::Settings& s, std::uint64_t draw, std::size_t first, std::size_t last) {
  const made::DrawnSky sky = made::drawn_sky(draw);
  const cosmology::Cosmology cosmos(s.cosmology);
  const tree::Catalogue c = made::drawn_catalogue(draw, sky, first, last);
  const tree::Forest forest = made::arranged(c, sky, cosmos);
  tree::Catalogue mixed = made::reordered(c, made::shuffled(c.n_halos(), draw));
  if (made::arranged(mixed, sky, cosmos).info.content_hash != forest.info.content_hash)
    return "the forest depends on the order of its halos";
  // forests the other way round
  std::reverse(mixed.forest_id.begin(), mixed.forest_id.end());
  std::reverse(mixed.weight_per_cmpc3.begin(), mixed.weight_per_cmpc3.end());
  for (std::uint32_t& f : mixed.forest) f = static_cast<std::uint32_t>(mixed.forest_id.size()) - 1 - f;
  return difference(table_of(made::walked(s, forest)), table_of(made::walked(s, made::arranged(mixed, sky, cosmos))),
                    0.0);
}

std::string names(const scan::Settings& drawn, std::uint64_t draw, std::size_t first, std::size_t last) {
  // Without stars nothing is drawn by the name of a halo but streaming and, without places, what is around it.
  scan::Settings s = drawn;
  s.physics.star_formation.eta_ii = s.physics.star_formation.eta_iii = 0.0;
  s.physics.threshold.streaming = physics::Streaming::fixed;
  s.space.surroundings.ionised_fraction.clear();
  if (s.space.surroundings.z_igm.empty()) s.space.surroundings.redshift.clear();
  made::DrawnSky sky = made::drawn_sky(draw);
  const cosmology::Cosmology cosmos(s.cosmology);
  tree::Catalogue c = made::drawn_catalogue(draw, sky, first, last);
  const Table before = table_of(made::walked(s, made::arranged(c, sky, cosmos)));
  const auto name = made::rename(c, draw);
  Table renamed;
  for (const auto& [at, values] : before) {
    // of a halo at a skipped level the id is made from that of the halo before it
    const std::int64_t id = at.second >= 0 ? name.at(at.second) : -1;
    if (id >= 0) renamed[{at.first, id}] = values;
  }
  Table after = table_of(made::walked(s, made::arranged(c, sky, cosmos)));
  std::erase_if(after, [](const auto& row) { return row.first.second < 0; });
  // gas of merging halos is added in the order of their masses, and of their names where those are equal
  return difference(renamed, after, 1e-12);
}

TEST(AnyWorld, MovesMassAndMetalsAndMakesNone) { expect_for_all(conservation); }

TEST(AnyWorld, HoldsNoQuantityThatIsNegativeOrWithoutBounds) { expect_for_all(positivity); }

TEST(AnyWorld, DoesNotDependOnTheOrderOfHalosAndForests) { expect_for_all(order); }

TEST(AnyWorld, DoesNotDependOnTheNamesOfHalosWhereNothingIsLeftToChance) { expect_for_all(names); }

TEST(DrawnWorlds, HaveAllThatTheLawsAreAbout) {
  std::size_t stars = 0, pop_iii = 0, outflows = 0, satellites = 0, mergers = 0, inserted = 0, ended = 0, boxes = 0;
  std::map<std::string, int> changed;
  for (std::uint64_t draw = 0; draw < 60; ++draw) {
    const made::DrawnSky sky = made::drawn_sky(draw);
    const auto changes = made::drawn_changes(draw, sky.box_cmpc > 0.0);
    for (const Change& change : changes)
      for (const auto& [name, value] : change) ++changed[name];
    const scan::Settings s = made::settings_with(changes);
    const tree::Forest f =
        made::arranged(made::drawn_catalogue(draw, sky, 0, sky.n_forests), sky, cosmology::Cosmology(s.cosmology));
    boxes += sky.box_cmpc > 0.0;
    for (tree::Halo h = 0; h < f.n_halos(); ++h) {
      satellites += f.is_satellite(h);
      mergers += f.n_progenitors[h] > 1;
      inserted += (f.flags[h] & tree::Forest::is_interpolated) != 0;
      ended += f.descendant[h] == tree::no_halo && h < f.level_begin[f.n_levels() - 1];
    }
    const made::Walked o = made::walked(s, f);
    for (const auto& level : o.levels)
      for (const model::Galaxy& g : level) {
        stars += g.m_star_msun > 0.0;
        pop_iii += g.m_star_iii_msun > 0.0;
        outflows += g.m_out_msun > 0.0;
      }
  }
  fmt::print(
      "galaxies with stars {}, with Population III {}, with outflows {}; satellites {}, mergers {}, inserted halos "
      "{}, trees that end early {}; draws in a box {}\n",
      stars, pop_iii, outflows, satellites, mergers, inserted, ended, boxes);
  EXPECT_GT(stars, 300u);
  EXPECT_GT(pop_iii, 100u);
  EXPECT_GT(outflows, 300u);
  EXPECT_GT(satellites, 30u);
  EXPECT_GT(mergers, 100u);
  EXPECT_GT(inserted, 30u);
  EXPECT_GT(ended, 5u);
  EXPECT_GT(boxes, 15u);
  EXPECT_GT(changed.size(), 40u) << "kinds of parameters that were changed";
}
}  // namespace
