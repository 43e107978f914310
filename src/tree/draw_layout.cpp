#include "draw_layout.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <tuple>

namespace cecropia::tree {
namespace {

constexpr double nothing = std::numeric_limits<double>::lowest();

/// How far a branch with all that merges with it reaches to the left and right of its own line, by level.
struct Outline {
  std::vector<double> left, right;  // both counted outwards; `nothing` where there is no halo
};

/// Distance at which `inner` on this side and `outer` on the side facing it stand `gap` apart at every level.
double clearance(const std::vector<double>& inner, const std::vector<double>& outer, double gap) {
  double distance = 0.0;
  for (std::size_t l = 0; l < inner.size(); ++l)
    if (inner[l] != nothing && outer[l] != nothing) distance = std::max(distance, inner[l] + outer[l] + gap);
  return distance;
}

double reach(const std::vector<double>& side) { return std::max(0.0, *std::max_element(side.begin(), side.end())); }

}  // namespace

std::vector<Branch> branches_of(const Forest& f, Halo root) {
  std::vector<Branch> branches(1);
  branches[0].halos.push_back(root);
  branches[0].last_level = f.level_of(root);
  for (std::size_t b = 0; b < branches.size(); ++b) {
    for (Halo h = branches[b].halos.front();; h = f.first_progenitor[h]) {
      if (h != branches[b].halos.front()) branches[b].halos.push_back(h);
      branches[b].highest_msun = std::max(branches[b].highest_msun, f.m_vir_msun[h]);
      const HaloRange progenitors = f.progenitors_of(h);
      if (progenitors.size() == 0) break;
      for (Halo p = progenitors.first + 1; p < progenitors.last; ++p) {
        Branch side;
        side.halos.push_back(p);
        side.last_level = branches[b].last_level - branches[b].halos.size();
        side.into = b;
        branches.push_back(std::move(side));
      }
    }
  }
  for (std::size_t b = 1; b < branches.size(); ++b) branches[branches[b].into].sides.push_back(b);
  return branches;
}

std::vector<Branch> heaviest(const std::vector<Branch>& all, std::size_t most) {
  std::vector<std::size_t> order(all.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin() + 1, order.end(),
                   [&](std::size_t a, std::size_t b) { return all[a].highest_msun > all[b].highest_msun; });
  std::vector<bool> kept(all.size(), false);
  for (std::size_t i = 0; i < std::min(most, order.size()); ++i)
    for (std::size_t b = order[i]; !kept[b]; b = all[b].into) kept[b] = true;
  std::vector<std::size_t> place(all.size(), 0);
  std::vector<Branch> few;
  for (std::size_t b = 0; b < all.size(); ++b) {
    if (!kept[b]) continue;
    place[b] = few.size();
    few.push_back(all[b]);
    few.back().into = place[all[b].into];
    few.back().sides.clear();
  }
  for (std::size_t b = 1; b < few.size(); ++b) few[few[b].into].sides.push_back(b);
  return few;
}

void place_branches(std::vector<Branch>& branches, const std::vector<std::vector<double>>& radius, double gap) {
  const std::size_t n_levels = branches.front().last_level + 1;
  std::vector<Outline> outline(branches.size());
  std::vector<double> offset(branches.size(), 0.0);  // from the branch it merges with
  for (std::size_t b = branches.size(); b-- > 0;) {  // branches stand behind those that they merge with
    Branch& branch = branches[b];
    Outline& mine = outline[b];
    mine.left.assign(n_levels, nothing);
    for (std::size_t i = 0; i < branch.halos.size(); ++i) mine.left[branch.last_level - i] = radius[b][i];
    mine.right = mine.left;
    std::stable_sort(branch.sides.begin(), branch.sides.end(), [&](std::size_t s, std::size_t t) {
      return std::tuple(branches[s].last_level, -branches[s].highest_msun) <
             std::tuple(branches[t].last_level, -branches[t].highest_msun);
    });
    for (const std::size_t s : branch.sides) {
      Outline& side = outline[s];
      const double on_right = clearance(mine.right, side.left, gap), on_left = clearance(mine.left, side.right, gap);
      const bool goes_right = on_right + reach(side.right) <= on_left + reach(side.left);
      const double distance = goes_right ? on_right : on_left;
      offset[s] = goes_right ? distance : -distance;
      std::vector<double>& reached = goes_right ? mine.right : mine.left;
      const std::vector<double>& outside = goes_right ? side.right : side.left;
      for (std::size_t l = 0; l < n_levels; ++l)
        if (outside[l] != nothing) reached[l] = std::max(reached[l], distance + outside[l]);
      // Nothing stands between a branch and where it has gone to: later branches go round it as a whole.
      side = Outline{};
    }
  }
  for (std::size_t b = 0; b < branches.size(); ++b)
    branches[b].x = b == 0 ? 0.0 : branches[branches[b].into].x + offset[b];
}

}  // namespace cecropia::tree
