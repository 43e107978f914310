#include "collector.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace cecropia::tree {
namespace {

using Redshifts = std::vector<double>;

double z_of(const Redshifts& z, std::int64_t level) {
  return level == no_level ? 0.0 : z[static_cast<std::size_t>(level)];
}

/// Name, severity, meaning, remedy, and the words about one case.
struct Words {
  const char* name;
  Severity severity;
  const char *what, *remedy;
  std::string (*about)(const Case&, const Redshifts&);
};

std::string missing_other(const Case& c, const Redshifts&) { return fmt::format("halo {} is not there", c.other); }
std::string foreign_other(const Case& c, const Redshifts&) {
  return fmt::format("halo {} is in forest {}", c.other, c.other_forest);
}
std::string other_time(const Case& c, const Redshifts& z) {
  return fmt::format("halo {} is at z = {:.4f}", c.other, z_of(z, c.other_level));
}
std::string own_mass(const Case& c, const Redshifts&) { return fmt::format("{:.4g} Msun", c.a); }
std::string two_masses(const Case& c, const Redshifts&) {
  return fmt::format("{:.4g} Msun, its descendant {} {:.4g} Msun", c.a, c.other, c.b);
}

constexpr const char* files_complete =
    "check that all tree files are there and complete; where they are, trees.repair = [\"promote_orphans\"] takes such "
    "halos as roots and centrals";
constexpr const char* repair_links = "repair the link in the tree files, or make the trees again";

// In the order of Class.
const std::array<Words, static_cast<std::size_t>(Class::n_classes)> table{{
    {"bad_mass", Severity::error, "masses that are not positive and finite",
     "choose another mass (trees.mass_column), or remove these halos from their trees",
     [](const Case& c, const Redshifts&) { return fmt::format("{} Msun", c.a); }},
    {"duplicate_id", Severity::error, "ids that occur more than once",
     "check that no tree file is given twice; copies inside a forest that agree in every column go with trees.repair = "
     "[\"drop_duplicates\"]",
     [](const Case& c, const Redshifts& z) {
       return fmt::format("{} of forest {} at z = {:.4f}", c.a > 0.0 ? "a copy of the halo" : "also another halo",
                          c.other_forest, z_of(z, c.other_level));
     }},
    {"orphan_descendant", Severity::error, "descendants that do not exist", files_complete, missing_other},
    {"foreign_descendant", Severity::error, "descendants in another forest",
     "remove forests.list (forests are then found from the links), or trees.repair = [\"promote_orphans\"]",
     foreign_other},
    {"descendant_not_later", Severity::error, "descendants that are not later", repair_links, other_time},
    {"descendant_circle", Severity::error, "circles of descendants", repair_links,
     [](const Case& c, const Redshifts&) { return fmt::format("{:.0f} halos lead back to it", c.a); }},
    {"orphan_host", Severity::error, "hosts that do not exist", files_complete, missing_other},
    {"foreign_host", Severity::error, "hosts in another forest",
     "remove forests.list (forests are then found from the links), or trees.repair = [\"promote_orphans\"]",
     foreign_other},
    {"host_at_other_time", Severity::error, "hosts at another time", "repair the host column of these halos",
     other_time},
    {"host_circle", Severity::error, "circles of hosts",
     "repair the host column, or trees.repair = [\"flatten_hosts\"], which makes the heaviest halo central",
     [](const Case& c, const Redshifts&) { return fmt::format("{:.0f} halos lead back to it", c.a); }},
    {"progenitors_missing", Severity::error, "halos with another number of progenitors than the source says",
     "the files may be cut: copy them again; for trees pruned on purpose set trees.check_progenitors to false",
     [](const Case& c, const Redshifts&) { return fmt::format("should have {:.0f}, has {:.0f}", c.a, c.b); }},
    {"no_place", Severity::error, "positions that are no place in the box",
     "check the size of the box and the unit of the positions",
     [](const Case& c, const Redshifts&) { return fmt::format("at {:.6g} cMpc", c.a); }},
    {"id_too_large", Severity::error, "ids too large for halos to be inserted behind them",
     "renumber the halos: ids below 2^50 and fewer than 4096 levels", other_time},
    {"ends_early", Severity::warning, "halos that end before the last snapshot, without descendant",
     "a run takes them as roots; many heavy ones mean that links are lost: look at the tree code's settings", own_mass},
    {"mass_jump", Severity::warning, "sudden changes of mass",
     "look at these branches (trees draw --halo); phantoms and wrong links do that", two_masses},
    {"mass_dip", Severity::warning, "passing falls of the mass", "trees.repair = [\"smooth_mass_dips\"] bridges them",
     [](const Case& c, const Redshifts& z) {
       return fmt::format("{:.4g} Msun, then {:.4g} Msun at most, until z = {:.4f}", c.a, c.b, z_of(z, c.other_level));
     }},
    {"mass_swap", Severity::warning, "halos that exchange their mass with that of their host",
     "the links of the two may be exchanged: look at the tree code's settings",
     [](const Case& c, const Redshifts&) {
       return fmt::format("{:.4g} to {:.4g} Msun in one step, inside halo {}", c.a, c.b, c.other);
     }},
    {"scarce_halos", Severity::warning, "halos of few particles",
     "their masses and links are noise: judge a run by its halos of many particles",
     [](const Case& c, const Redshifts&) { return fmt::format("{:.4g} Msun, {:.1f} particles", c.a, c.b); }},
    {"outside_box", Severity::warning, "positions outside the box",
     "a run brings them in by whole boxes; check that this was meant",
     [](const Case& c, const Redshifts&) { return fmt::format("at {:.6g} cMpc", c.a); }},
    {"skipped_snapshot", Severity::note, "links that skip snapshots",
     "none: a run inserts halos between (TRE-1, TRE-2)", other_time},
    {"host_in_other_tree", Severity::note, "hosts in another tree of the forest", "none: they are kept",
     [](const Case& c, const Redshifts&) { return fmt::format("inside halo {}", c.other); }},
    {"sub_subhalo", Severity::note, "satellites inside satellites",
     "none: a run takes them as satellites of the top-most central",
     [](const Case& c, const Redshifts&) { return fmt::format("inside halo {}, itself a satellite", c.other); }},
    {"phantom", Severity::note, "phantoms: halos set in by the tree code", "none: they are kept and marked", own_mass},
    {"mass_falls", Severity::note, "steps of the main branch of a central in which the mass falls",
     "none: they are kept", two_masses},
}};

bool comes_first(const Case& a, const Case& b) {
  const auto key = [](const Case& c) {
    return std::tuple(-c.rank, c.halo, c.forest, c.level, c.other, c.other_forest, c.other_level);
  };
  return key(a) < key(b);
}

}  // namespace

void Collector::add(const Case& a_case) {
  const auto i = static_cast<std::size_t>(a_case.of);
  ++count_[i];
  std::vector<Case>& first = first_[i];
  if (first.size() == most_examples && !comes_first(a_case, first.back())) return;
  first.insert(std::upper_bound(first.begin(), first.end(), a_case, comes_first), a_case);
  if (first.size() > most_examples) first.pop_back();
}

std::vector<Finding> Collector::findings(const std::vector<double>& redshift, const parallel::Communicator& ranks) {
  ranks.sum_in_place(count_);
  ranks.sum_in_place(out_of_);
  std::vector<Finding> all;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (count_[i] == 0) continue;
    std::vector<Case> first = ranks.gather_all(first_[i]);
    std::sort(first.begin(), first.end(), comes_first);
    first.resize(std::min(first.size(), most_examples));
    const Words& words = table[i];
    Finding finding{words.name, words.severity, count_[i], out_of_[i], words.what, words.remedy, {}};
    for (const Case& c : first)
      finding.examples.push_back({c.halo, c.forest, z_of(redshift, c.level), words.about(c, redshift)});
    all.push_back(std::move(finding));
  }
  return all;
}

}  // namespace cecropia::tree
