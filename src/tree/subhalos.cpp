#include "cecropia/tree/subhalos.hpp"

#include <fmt/format.h>

#include <cmath>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/reader.hpp"

namespace cecropia::tree {
namespace {

/// Positions farther out than this are not comoving Mpc/h, whatever the box.
constexpr double farthest_mpc_h = 1e6;

/// The rules share the halos and the way one is named.
class Checker {
 public:
  Checker(const Subhalos& halos, const SubhaloFrame& frame) : s_(halos), frame_(frame) {}

  void run() const {
    shape();
    for (std::size_t i = 0; i < s_.size(); ++i) {
      inside(i, s_.descendant[i], "descendant");
      inside(i, s_.first_progenitor[i], "first progenitor");
      inside(i, s_.next_progenitor[i], "next progenitor");
      if (!s_.main_progenitor.empty()) inside(i, s_.main_progenitor[i], "main progenitor");
      inside(i, s_.first_in_group[i], "first halo of the group");
      snapshot(i);
      mass(i);
    }
    if (frame_.check_progenitors) progenitors();
  }

  [[noreturn]] void refuse(std::size_t i, const std::string& what, const std::string& expected,
                           const std::string& fix) const {
    throw InputError({what, frame_.place(i), expected, fix});
  }

 private:
  void shape() const {  // a reader that breaks this is a mistake of ours, not of the user
    const std::size_t n = s_.size();
    const bool complete = s_.descendant.size() == n && s_.first_progenitor.size() == n &&
                          s_.next_progenitor.size() == n && s_.first_in_group.size() == n && s_.snapshot.size() == n &&
                          s_.mass_msun_h.size() == n &&
                          (s_.main_progenitor.empty() || s_.main_progenitor.size() == n) &&
                          (s_.position_mpc_h.empty() || s_.position_mpc_h.size() == n);
    if (!complete) throw InternalError("columns of a tree differ in length");
  }

  void inside(std::size_t i, std::int64_t link, const char* role) const {
    if (link < -1 || link >= static_cast<std::int64_t>(s_.size()))
      refuse(i, fmt::format("the {} of halo {} is {}, but its tree has {} halos", role, s_.id[i], link, s_.size()),
             "a place inside the tree, or -1 for none", damaged);
  }

  void snapshot(std::size_t i) const {
    if (s_.snapshot[i] < 0 || s_.snapshot[i] >= static_cast<std::int64_t>(frame_.n_snapshots))
      refuse(i,
             fmt::format("halo {} is at snapshot {}, but {} snapshots are known", s_.id[i], s_.snapshot[i],
                         frame_.n_snapshots),
             fmt::format("a snapshot from 0 to {}", frame_.n_snapshots - 1),
             "check the list of scale factors (trees.scale_factors), if one was given, and the copy of the file");
  }

  void mass(std::size_t i) const {
    if (!(s_.mass_msun_h[i] > 0.0) || !std::isfinite(s_.mass_msun_h[i]))
      refuse(i, fmt::format("the mass of halo {} is {} Msun/h", s_.id[i], s_.mass_msun_h[i]), "a positive, finite mass",
             frame_.fix_of_mass);
  }

  /// Every halo that has a descendant is named once: by it, or by one of its other progenitors. Then the two ways to
  /// tell the same tree agree.
  void progenitors() const {
    std::vector<std::uint8_t> named(s_.size(), 0);
    const auto name = [&](std::size_t by, std::int64_t who, std::int64_t descendant, const char* role) {
      if (who < 0) return;
      const auto w = static_cast<std::size_t>(who);
      if (s_.descendant[w] != descendant || descendant < 0)
        refuse(by,
               fmt::format("halo {} names halo {} as its {}, but the descendant of that one is another", s_.id[by],
                           s_.id[w], role),
               "links to progenitors that agree with those to descendants", pruned);
      if (named[w]++ != 0)
        refuse(by, fmt::format("halo {} stands twice among the progenitors of one halo", s_.id[w]),
               "every progenitor once", pruned);
    };
    for (std::size_t i = 0; i < s_.size(); ++i) {
      name(i, s_.first_progenitor[i], static_cast<std::int64_t>(i), "first progenitor");
      name(i, s_.next_progenitor[i], s_.descendant[i], "next progenitor");
    }
    for (std::size_t i = 0; i < s_.size(); ++i)
      if (s_.descendant[i] >= 0 && named[i] == 0)
        refuse(i, fmt::format("halo {} does not stand among the progenitors of its descendant", s_.id[i]),
               "links to progenitors that agree with those to descendants", pruned);
  }

  static constexpr const char* damaged = "the file is damaged: copy it again, or ask whoever made it";
  static constexpr const char* pruned =
      "the file is damaged: copy it again; for trees pruned on purpose set trees.check_progenitors to false";

  const Subhalos& s_;
  const SubhaloFrame& frame_;
};

std::uint8_t flags_of(const Subhalos& s, std::size_t i) {
  const std::int64_t d = s.descendant[i];
  if (d < 0) return 0;
  const auto& main = s.main_progenitor.empty() ? s.first_progenitor : s.main_progenitor;
  return main[static_cast<std::size_t>(d)] == static_cast<std::int64_t>(i) ? Forest::is_main_progenitor
                                                                           : std::uint8_t{0};
}

}  // namespace

std::array<float, 3> place_in_box(const std::array<double, 3>& position_mpc_h, double box_mpc_h, double h, bool& good) {
  const double lowest = box_mpc_h > 0.0 ? -box_mpc_h : -farthest_mpc_h;
  const double highest = box_mpc_h > 0.0 ? 2.0 * box_mpc_h : farthest_mpc_h;
  std::array<float, 3> place{};
  for (std::size_t k = 0; k < 3; ++k) {
    double x = position_mpc_h[k];
    if (!(x >= lowest && x <= highest)) {
      good = false;
      return place;
    }
    if (box_mpc_h > 0.0) x -= box_mpc_h * std::floor(x / box_mpc_h);
    place[k] = static_cast<float>(x / h);
    if (box_mpc_h > 0.0 && place[k] >= static_cast<float>(box_mpc_h / h)) place[k] = 0.0F;  // rounded up
  }
  return place;
}

void append(Catalogue& into, std::uint32_t forest, const Subhalos& s, const SubhaloFrame& frame) {
  const Checker checker(s, frame);
  checker.run();
  std::vector<HaloRow> halos;
  halos.reserve(s.size());
  for (std::size_t i = 0; i < s.size(); ++i) {
    const auto id_of = [&](std::int64_t link) { return link < 0 ? -1 : s.id[static_cast<std::size_t>(link)]; };
    HaloRow row;
    row.id = s.id[i];
    row.descendant_id = id_of(s.descendant[i]);
    row.host_id = s.first_in_group[i] == static_cast<std::int64_t>(i) ? -1 : id_of(s.first_in_group[i]);
    row.level = static_cast<std::uint32_t>(s.snapshot[i]);
    row.m_vir_msun = s.mass_msun_h[i] / frame.h;
    row.flags = flags_of(s, i);
    bool good = true;
    if (!s.position_mpc_h.empty())
      row.position_cmpc = place_in_box(s.position_mpc_h[i], frame.box_mpc_h, frame.h, good);
    if (!good)
      checker.refuse(
          i,
          fmt::format("the position of halo {}, ({}, {}, {}) Mpc/h, is not in {}", s.id[i], s.position_mpc_h[i][0],
                      s.position_mpc_h[i][1], s.position_mpc_h[i][2],
                      frame.box_mpc_h > 0.0 ? fmt::format("the box of {} Mpc/h", frame.box_mpc_h) : "any box"),
          "a comoving position in the box",
          "check the side of the box (trees.box_cmpc, without h, if the files do not tell it) and the unit of "
          "the positions");
    halos.push_back(row);
  }
  for (const HaloRow& halo : halos) append(into, halo, forest, !s.position_mpc_h.empty());
}

Subhalos decode(const SubhaloColumns& c, std::size_t first, std::size_t last, const SubhaloUnits& units,
                std::int64_t first_id, const std::function<std::string(std::size_t)>& row_in_file) {
  const auto part = [&](const auto& column) {
    if (column.empty()) return std::decay_t<decltype(column)>{};
    return std::decay_t<decltype(column)>(column.begin() + static_cast<std::ptrdiff_t>(first),
                                          column.begin() + static_cast<std::ptrdiff_t>(last));
  };
  Subhalos s;
  s.descendant = part(c.descendant);
  s.first_progenitor = part(c.first_progenitor);
  s.next_progenitor = part(c.next_progenitor);
  s.main_progenitor = part(c.main_progenitor);
  s.first_in_group = part(c.first_in_group);
  s.snapshot = part(c.snapshot);
  s.position_mpc_h = part(c.position);
  for (auto& place : s.position_mpc_h)
    for (double& x : place) x *= units.length_mpc_h;
  s.mass_msun_h = part(c.own_mass);
  if (!c.group_mass.empty()) s.mass_msun_h = group_or_own_mass(part(c.group_mass), s.mass_msun_h, s.first_in_group);
  for (double& m : s.mass_msun_h) m *= units.mass_1e10_msun_h * 1e10;
  s.id.reserve(last - first);
  for (std::size_t i = first; i < last; ++i) {
    if (c.number.empty()) {
      s.id.push_back(first_id + static_cast<std::int64_t>(i - first));
      continue;
    }
    if (c.snapshot[i] < 0 || c.snapshot[i] >= 1000 || c.number[i] < 0 || c.number[i] >= ids_per_snapshot)
      throw InputError({fmt::format("a halo has snapshot {} and number {}", c.snapshot[i], c.number[i]), row_in_file(i),
                        "a snapshot from 0 to 999 and a number from 0 to 10^12 - 1",
                        "the file is damaged: copy it again"});
    s.id.push_back(c.snapshot[i] * ids_per_snapshot + c.number[i]);
  }
  return s;
}

std::string choose_subhalo_mass(const std::string& chosen, const std::function<bool(const std::string&)>& has,
                                const std::vector<std::string>& own, const std::string& where) {
  std::vector<std::string> offered;
  for (const char* group : {"Group_M_Crit200", "Group_M_Mean200", "Group_M_TopHat200"})
    if (has(group)) offered.emplace_back(group);
  if (chosen == "auto" && offered.size() == 1) return offered.front();
  offered.insert(offered.end(), own.begin(), own.end());
  return offered[choose_mass(chosen, offered, where)];
}

std::string warning_of_group_mass(const std::string& group, const std::string& own) {
  return fmt::format(
      "The mass of a central halo is {} of its group; satellites, and centrals of groups where it is 0, have {}.",
      group, own);
}

std::vector<double> group_or_own_mass(const std::vector<double>& group, const std::vector<double>& own,
                                      const std::vector<std::int64_t>& first_in_group) {
  std::vector<double> mass(own);
  for (std::size_t i = 0; i < mass.size() && i < group.size() && i < first_in_group.size(); ++i) {
    const bool central = first_in_group[i] < 0 || first_in_group[i] == static_cast<std::int64_t>(i);
    if (central && group[i] != 0.0) mass[i] = group[i];
  }
  return mass;
}

std::vector<double> scale_factors_from(const Parameters& parameters, const std::string& format) {
  if (parameters.scale_factors.empty())
    throw InputError({fmt::format("{} does not tell the times of its snapshots", format), parameters.path,
                      "a text file with one scale factor per line, that of snapshot 0 first",
                      "name the list of the simulation's snapshots with trees.scale_factors"});
  return read_scale_factors(parameters.scale_factors);
}

}  // namespace cecropia::tree
