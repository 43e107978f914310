#pragma once
/// \file  Settings and merger trees drawn at random, for tests of what must hold for all of them. A draw is known by
/// its number: the same number gives the same world everywhere.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "cecropia/core/error.hpp"
#include "cecropia/cosmology/cosmology.hpp"
#include "cecropia/random/stream.hpp"
#include "cecropia/scan/settings.hpp"
#include "cecropia/tree/catalogue.hpp"

namespace cecropia::made {

/// Chance of one draw; `part` keeps the settings and each forest apart, so that one can be had without the others.
class Chance {
 public:
  Chance(std::uint64_t draw, std::uint64_t part) : stream_({draw, part}, 0, 0, 0, random::Purpose::test) {}
  bool happens(double probability) { return stream_.uniform() < probability; }
  double between(double low, double high) { return low + (high - low) * stream_.uniform(); }
  double between_in_log(double low, double high) { return low * std::pow(high / low, stream_.uniform()); }
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(stream_.uniform() * static_cast<double>(n)); }

 private:
  random::Stream stream_;
};

/// Values of parameters ("section.key") that are set together.
using Change = std::vector<std::pair<std::string, Value>>;

inline void set_values(const Change& change, scan::Settings& settings) {
  const config::Document document = scan::document(settings);
  for (const auto& [name, value] : change)
    for (const config::Section& section : document.sections())
      for (const config::Entry& entry : section.entries)
        if (section.name + "." + std::string(entry.key) == name) entry.store(value);
}

/// The defaults with these changes. Stellar tables are the standard ones, built in memory.
inline scan::Settings settings_with(const std::vector<Change>& changes) {
  scan::Settings settings;
  for (const Change& change : changes) set_values(change, settings);
  return settings;
}

/// May these settings be walked on such trees?
inline bool fit_together(scan::Settings settings, bool has_places) {
  settings.stars.table_file = "standard";  // not read; check() would build the tables of every candidate
  try {
    scan::check(settings);
    space::check_places(settings.space, has_places);
  } catch (const InputError&) {
    return false;
  }
  return true;
}

/// A value in the range of the parameter: now and then one of its ends, else within a factor of 30 of the default.
inline Value drawn_value(const config::Entry& entry, Chance& chance) {
  if (entry.kind == Kind::boolean) return chance.happens(0.5);
  if (entry.kind == Kind::choice) return std::string(entry.choices[chance.below(entry.choices.size())]);
  const double usual = std::get<double>(entry.fallback);
  if (chance.happens(0.15)) return entry.lowest;
  if (chance.happens(0.1)) return entry.highest;
  if (usual <= 0.0) return chance.between(entry.lowest, std::min(entry.highest, 10.0));
  return std::clamp(chance.between_in_log(usual / 30.0, usual * 30.0), entry.lowest, entry.highest);
}

/// Changes of a third of all parameters of the galaxies and of what is between them. Not drawn: cosmology and stellar
/// tables, which these laws take as given; numbers of sub-steps in the extremes, which cost hours.
inline std::vector<Change> drawn_changes(std::uint64_t draw, bool has_places) {
  Chance chance(draw, 0);
  std::vector<Change> changes;
  scan::Settings accepted;
  const auto propose = [&](Change change) {
    scan::Settings tried = accepted;
    set_values(change, tried);
    if (!fit_together(tried, has_places)) return;
    accepted = std::move(tried);
    changes.push_back(std::move(change));
  };
  scan::Settings defaults;
  const config::Document document = scan::document(defaults);
  constexpr std::array sections{"threshold",    "star_formation", "mixing",       "feedback",     "type_ia",
                                "surroundings", "bubbles",        "reionisation", "lyman_werner", "model"};
  for (const config::Section& section : document.sections()) {
    if (std::find(sections.begin(), sections.end(), section.name) == sections.end()) continue;
    for (const config::Entry& entry : section.entries) {
      if (entry.kind == Kind::numbers || !chance.happens(0.33)) continue;
      const std::string name = section.name + "." + std::string(entry.key);
      if (name == "star_formation.accuracy")
        propose({{name, chance.between_in_log(0.05, 2.0)}});
      else if (name == "star_formation.max_step_myr")
        propose({{name, chance.between_in_log(0.5, 10.0)}});
      else if (name == "star_formation.min_step_myr")
        propose({{name, chance.between_in_log(0.05, 0.5)}});
      else if (name == "type_ia.interval_myr")
        propose({{name, chance.between_in_log(1.0, 40.0)}});
      else if (name == "model.calendar_myr")
        propose({{name, chance.between_in_log(0.2, 1.5)}});
      else
        propose({{name, drawn_value(entry, chance)}});
    }
    if (section.name == "surroundings") {  // its tables
      const std::pair<std::string, Value> redshift{"surroundings.redshift", std::vector<double>{5.0, 10.0, 20.0}};
      const double z = chance.between_in_log(1e-8, 1e-3);
      propose({redshift, {"surroundings.z_igm", std::vector<double>{z, 0.1 * z, 0.0}}});
      propose({redshift, {"surroundings.ionised_fraction", std::vector<double>{1.0, chance.between(0.0, 1.0), 0.0}}});
    }
  }
  return changes;
}

/// What all forests of a draw share.
struct DrawnSky {
  std::vector<double> redshift;  ///< of the levels
  double box_cmpc = 0;           ///< 0: trees without places
  std::size_t n_forests = 0;
};

inline DrawnSky drawn_sky(std::uint64_t draw) {
  Chance chance(draw, 1);
  DrawnSky sky;
  if (chance.happens(0.5)) sky.box_cmpc = chance.between_in_log(0.5, 10.0);
  sky.n_forests = 1 + chance.below(3);
  const std::size_t n = 4 + chance.below(9);
  const double last = chance.between(3.0, 12.0), step = chance.between(0.02, 0.15);
  for (std::size_t l = 0; l < n; ++l)
    sky.redshift.push_back((1.0 + last) * std::exp(step * static_cast<double>(n - 1 - l)) - 1.0);
  return sky;
}

/// Forest `f` of a draw, made from its root back in time. It has what real trees have: mergers, links that skip a
/// level, masses that fall, satellites, a tree that ends early.
class DrawnForest {
 public:
  DrawnForest(std::uint64_t draw, std::size_t f, const DrawnSky& sky)
      : chance_(draw, 2 + f), sky_(sky), next_id_((static_cast<std::int64_t>(f) + 1) * 100000) {}

  void add_to(tree::Catalogue& c) {
    c.forest_id.push_back(next_id_);
    c.weight_per_cmpc3.push_back(sky_.box_cmpc > 0.0 ? std::pow(sky_.box_cmpc, -3.0)
                                                     : chance_.between_in_log(1e-6, 1.0));
    Branch root;
    root.m_msun = chance_.between_in_log(1e7, 3e12);
    root.latest = static_cast<std::uint32_t>(sky_.redshift.size()) - 1;
    if (chance_.happens(0.2)) root.latest -= static_cast<std::uint32_t>(chance_.below(3));
    for (double& x : root.place_cmpc) x = chance_.between(0.0, sky_.box_cmpc);
    branches_.push_back(root);
    for (std::uint32_t level = root.latest + 1; level-- > 0;) {
      const std::size_t n = branches_.size();  // those that split off here are seen from the level before on
      for (std::size_t b = 0; b < n; ++b) step_back(b, level, c);
    }
  }

 private:
  struct Branch {
    double m_msun = 0;
    std::array<double, 3> place_cmpc{};
    std::uint32_t latest = 0;      ///< level of its last halo
    std::int64_t descendant = -1;  ///< the halo that was made last, at level `seen_at`
    std::uint32_t seen_at = 0;
    bool is_side_branch = false;       ///< the next halo is not the main progenitor of its descendant
    std::size_t host = 0;              ///< the branch it is a satellite of...
    std::size_t satellite_levels = 0;  ///< ...at so many levels before it merges
  };

  void step_back(std::size_t b, std::uint32_t level, tree::Catalogue& c) {
    Branch branch = branches_[b];
    if (branch.m_msun < 1e6 || level > branch.latest) return;
    const bool is_root = branch.descendant < 0;
    if (!is_root && !branch.is_side_branch && chance_.happens(0.08)) return;  // not found at this level
    const Branch& host = branches_[branch.host];
    const bool is_satellite = branch.satellite_levels > 0 && host.seen_at == level;
    const std::int64_t own = next_id_++;
    c.id.push_back(own);
    c.descendant_id.push_back(branch.descendant);
    c.host_id.push_back(is_satellite ? host.descendant : -1);
    c.level.push_back(level);
    c.m_vir_msun.push_back(branch.m_msun);
    c.flags.push_back(is_root || branch.is_side_branch ? 0 : tree::Forest::is_main_progenitor);
    c.forest.push_back(static_cast<std::uint32_t>(c.forest_id.size() - 1));
    if (sky_.box_cmpc > 0.0) c.position_cmpc.push_back(moved(branch.place_cmpc));
    branch.descendant = own;
    branch.seen_at = level;
    branch.is_side_branch = false;
    if (branch.satellite_levels > 0) --branch.satellite_levels;
    branch.m_msun *= chance_.happens(0.1) ? chance_.between(1.0, 1.3) : chance_.between(0.6, 0.98);
    if (level > 0 && branches_.size() < 12 && chance_.happens(0.35)) {
      Branch minor = branch;
      const double share = chance_.between_in_log(0.01, 0.5);
      minor.m_msun = share * branch.m_msun;
      branch.m_msun *= 1.0 - share;
      minor.latest = level - 1;
      minor.is_side_branch = true;
      minor.host = b;
      minor.satellite_levels = chance_.happens(0.4) ? 1 + chance_.below(3) : 0;
      branches_.push_back(minor);
    }
    branches_[b] = branch;
  }

  std::array<float, 3> moved(std::array<double, 3>& place_cmpc) {
    std::array<float, 3> to{};
    for (std::size_t k = 0; k < 3; ++k) {
      double& x = place_cmpc[k];
      x += chance_.between(-0.05, 0.05);
      x -= sky_.box_cmpc * std::floor(x / sky_.box_cmpc);
      to[k] = std::min(static_cast<float>(x), std::nextafter(static_cast<float>(sky_.box_cmpc), 0.0F));
    }
    return to;
  }

  Chance chance_;
  const DrawnSky& sky_;
  std::int64_t next_id_;
  std::vector<Branch> branches_;
};

/// Forests [first, last) of the draw as they come from a reader.
inline tree::Catalogue drawn_catalogue(std::uint64_t draw, const DrawnSky& sky, std::size_t first, std::size_t last) {
  tree::Catalogue c;
  c.redshift = sky.redshift;
  for (std::size_t f = first; f < last; ++f) DrawnForest(draw, f, sky).add_to(c);
  return c;
}

inline tree::Forest arranged(const tree::Catalogue& c, const DrawnSky& sky, const cosmology::Cosmology& cosmos) {
  tree::ForestInfo info;
  info.source = "drawn";
  info.format = "drawn";
  info.box_cmpc = sky.box_cmpc;
  info.volume_cmpc3 = sky.box_cmpc > 0.0 ? std::pow(sky.box_cmpc, 3.0) : 1.0;
  return tree::arrange(c, info, cosmos, parallel::Communicator::self());
}

}  // namespace cecropia::made
