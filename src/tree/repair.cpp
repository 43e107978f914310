#include "cecropia/tree/repair.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

#include "cecropia/core/closest.hpp"
#include "cecropia/core/error.hpp"
#include "cecropia/core/parameter.hpp"
#include "cecropia/tree/validate.hpp"
#include "found_links.hpp"

namespace cecropia::tree {
namespace {

constexpr std::array repair_names{Named<Repair>{"drop_duplicates", Repair::drop_duplicates},
                                  Named<Repair>{"promote_orphans", Repair::promote_orphans},
                                  Named<Repair>{"flatten_hosts", Repair::flatten_hosts},
                                  Named<Repair>{"smooth_mass_dips", Repair::smooth_mass_dips}};

/// What was done to one halo; the words are made where they are shown.
struct Change {
  std::int64_t halo = -1, forest = -1, level = 0;
  std::int64_t from = -1, to = -1;
  double before = 0.0, after = 0.0;
  std::int64_t what = 0;
};

class Repairer {
 public:
  Repairer(Catalogue& c, double particle_mass_msun, const cosmology::Cosmology& cosmology,
           const parallel::Communicator& ranks)
      : c_(c), particle_mass_msun_(particle_mass_msun), cosmology_(cosmology), ranks_(ranks) {}

  Finding make(Repair repair) {
    changes_.clear();
    switch (repair) {
      case Repair::drop_duplicates:
        drop_duplicates();
        return finding("drop_duplicates", "copies of halos left out");
      case Repair::promote_orphans:
        promote_orphans();
        return finding("promote_orphans", "links to halos that their forest does not have removed");
      case Repair::flatten_hosts:
        flatten_hosts();
        return finding("flatten_hosts", "satellites pointed to their top-most central");
      case Repair::smooth_mass_dips:
        smooth_mass_dips();
        return finding("smooth_mass_dips", "masses in passing falls bridged");
    }
    throw InternalError("a repair of trees that nobody makes");
  }

 private:
  enum What : std::int64_t { dropped, became_root, became_central, host_moved, circle_broken, mass_bridged };

  Change change(Halo h, What what) const {
    Change done;
    done.halo = c_.id[h];
    done.forest = c_.forest_id[c_.forest[h]];
    done.level = static_cast<std::int64_t>(c_.level[h]);
    done.what = what;
    return done;
  }

  static std::string words(const Change& change) {
    switch (change.what) {
      case dropped:
        return "a copy";
      case became_root:
        return fmt::format("became a root; its descendant was halo {}", change.from);
      case became_central:
        return fmt::format("became a central; its host was halo {}", change.from);
      case host_moved:
        return fmt::format("is now in halo {}; was in halo {}", change.to, change.from);
      case circle_broken:
        return fmt::format("became a central: the hosts ran in a circle, next halo {}", change.from);
      default:
        return fmt::format("has now {:.4g} Msun; had {:.4g} Msun", change.after, change.before);
    }
  }

  void drop_duplicates() {
    const std::vector<Halo> copies = HaloFinder(c_).copies();
    if (copies.empty()) return;
    for (const Halo h : copies) changes_.push_back(change(h, dropped));
    c_.for_each_column_of_halos([&copies](auto& column) {
      if (column.empty()) return;
      std::size_t next = 0, to = 0;
      for (std::size_t h = 0; h < column.size(); ++h) {
        if (next < copies.size() && copies[next] == h) {
          ++next;
          continue;
        }
        column[to++] = column[h];
      }
      column.resize(to);
    });
  }

  void promote_orphans() {
    const FoundLinks links = follow(c_, HaloFinder(c_));
    for (Halo h = 0; h < c_.n_halos(); ++h) {
      const auto promote = [&](std::int64_t& link, Halo found, What what) {
        if (link < 0 || found != no_halo) return;
        changes_.push_back(change(h, what));
        changes_.back().from = link;
        link = -1;
      };
      promote(c_.descendant_id[h], links.descendant[h], became_root);
      promote(c_.host_id[h], links.host[h], became_central);
    }
  }

  void flatten_hosts() {
    FoundLinks links = follow(c_, HaloFinder(c_));
    for (Halo h = 0; h < c_.n_halos(); ++h)  // a host at another time stays a fault
      if (links.host[h] != no_halo && c_.level[links.host[h]] != c_.level[h]) links.host[h] = no_halo;
    for (const Halo start : first_of_circles(c_, links.host)) {
      Halo heaviest = start;
      for (const Halo h : circle_through(start, links.host))
        if (c_.m_vir_msun[h] > c_.m_vir_msun[heaviest] ||
            (c_.m_vir_msun[h] == c_.m_vir_msun[heaviest] && c_.id[h] < c_.id[heaviest]))
          heaviest = h;
      changes_.push_back(change(heaviest, circle_broken));
      changes_.back().from = c_.host_id[heaviest];
      c_.host_id[heaviest] = -1;
      links.host[heaviest] = no_halo;
    }
    for (Halo h = 0; h < c_.n_halos(); ++h) {
      Halo top = links.host[h];
      if (top == no_halo) continue;
      while (links.host[top] != no_halo) top = links.host[top];
      if (c_.host_id[top] >= 0 || c_.host_id[h] == c_.id[top]) continue;  // the chain ends in a fault, or is flat
      changes_.push_back(change(h, host_moved));
      changes_.back().from = c_.host_id[h];
      changes_.back().to = c_.host_id[h] = c_.id[top];
    }
  }

  void smooth_mass_dips() {
    const SoundLinks links = sound(c_, follow(c_, HaloFinder(c_)));
    for (const MassDip& dip : mass_dips(c_, links, particle_mass_msun_)) {
      const double t0 = age(dip.before), t1 = age(dip.after);
      const double ln_m0 = std::log(c_.m_vir_msun[dip.before]), ln_m1 = std::log(c_.m_vir_msun[dip.after]);
      for (const Halo h : dip.inside) {
        changes_.push_back(change(h, mass_bridged));
        changes_.back().before = c_.m_vir_msun[h];
        c_.m_vir_msun[h] = std::exp(ln_m0 + (ln_m1 - ln_m0) * (age(h) - t0) / (t1 - t0));  // TRE-4
        changes_.back().after = c_.m_vir_msun[h];
      }
    }
  }

  double age(Halo h) const { return cosmology_.age_myr(c_.redshift[c_.level[h]]); }

  /// Collective: counts of all ranks, and the first changes by halo id.
  Finding finding(const char* name, const char* what) {
    const auto earlier = [](const Change& a, const Change& b) {
      return std::tie(a.halo, a.forest, a.level, a.what, a.from) < std::tie(b.halo, b.forest, b.level, b.what, b.from);
    };
    const std::int64_t count = ranks_.sum(std::ssize(changes_));
    const auto keep_first = [&] {
      std::sort(changes_.begin(), changes_.end(), earlier);
      changes_.resize(std::min(changes_.size(), most_examples));
    };
    keep_first();
    changes_ = ranks_.gather_all(changes_);
    keep_first();
    Finding done{name, Severity::note, count, 0, what, "", {}};
    for (const Change& c : changes_)
      done.examples.push_back({c.halo, c.forest, c_.redshift[static_cast<std::size_t>(c.level)], words(c)});
    return done;
  }

  Catalogue& c_;
  double particle_mass_msun_;
  const cosmology::Cosmology& cosmology_;
  const parallel::Communicator& ranks_;
  std::vector<Change> changes_;
};

}  // namespace

std::vector<Repair> repairs_of(const std::vector<std::string>& names) {
  std::vector<Repair> repairs;
  std::vector<std::string> known;
  for (const auto& named : repair_names) known.emplace_back(named.name);
  for (const std::string& name : names)
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      const auto meant = closest(name, known);
      throw InputError({fmt::format("'{}' is not a repair of trees", name), "parameter 'trees.repair'",
                        fmt::format("some of: {}", fmt::join(known, ", ")),
                        meant ? fmt::format("did you mean '{}'?", *meant) : "see docs/trees.md, Repairs"});
    }
  for (const auto& named : repair_names)
    if (std::find(names.begin(), names.end(), named.name) != names.end()) repairs.push_back(named.value);
  return repairs;
}

std::vector<Finding> repair(Catalogue& catalogue, const std::vector<Repair>& repairs, double particle_mass_msun,
                            const cosmology::Cosmology& cosmology, const parallel::Communicator& ranks) {
  check_shape(catalogue);
  std::vector<Finding> done;
  Repairer repairer(catalogue, particle_mass_msun, cosmology, ranks);
  for (const Repair repair : repairs) done.push_back(repairer.make(repair));
  return done;
}

std::string sentence(const Finding& repaired) {
  std::string text = fmt::format("trees.repair, {}: {} {}", repaired.name, repaired.count, repaired.what);
  for (std::size_t i = 0; i < repaired.examples.size(); ++i)
    text += fmt::format("{}{}", i == 0 ? " (halo " : ", ", repaired.examples[i].halo_id);
  if (!repaired.examples.empty())
    text += repaired.count > std::ssize(repaired.examples) ? ", ...)." : ").";
  else
    text += ".";
  return text;
}

}  // namespace cecropia::tree
