#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <tuple>

#include "cecropia/core/error.hpp"
#include "cecropia/parallel/agree.hpp"
#include "cecropia/tree/catalogue.hpp"
#include "cecropia/tree/validate.hpp"

namespace cecropia::tree {
namespace {

/// A catalogue in which every descendant is at the next level: the halos of the source, then the inserted ones.
struct Complete {
  std::vector<Halo> descendant, host;
  std::vector<std::int64_t> id;
  std::vector<std::uint32_t> level, forest;
  std::vector<double> m_vir_msun;
  std::vector<std::uint8_t> flags;
  std::vector<std::array<float, 3>> position_cmpc;
};

/// TRE-2: the place at fraction `f` of the way from `a` to `b`, along the shorter way round a periodic box (box 0: no
/// box).
std::array<float, 3> between(const std::array<float, 3>& a, const std::array<float, 3>& b, double f, double box) {
  std::array<float, 3> place{};
  for (std::size_t k = 0; k < 3; ++k) {
    double way = static_cast<double>(b[k]) - static_cast<double>(a[k]);
    if (box > 0.0) way -= box * std::round(way / box);
    double x = static_cast<double>(a[k]) + f * way;
    if (box > 0.0) x -= box * std::floor(x / box);
    place[k] = static_cast<float>(x);
    if (box > 0.0 && place[k] >= static_cast<float>(box)) place[k] = 0.0F;
  }
  return place;
}

/// Positions up to one box outside of the box are those of the periodic image inside.
void bring_into_box(std::vector<std::array<float, 3>>& positions, double box) {
  for (auto& place : positions)
    if (worst_place(place, box).kind != Place::inside) place = between(place, place, 0.0, box);
}

/// An inserted halo's host is where the host of the halo before it on its branch has gone to by then; a central if that
/// is nowhere. In order of time, so that the host before is known.
void host_inserted(Complete& c, const std::vector<Halo>& before, std::size_t first_inserted) {
  std::vector<Halo> order(c.id.size() - first_inserted);
  std::iota(order.begin(), order.end(), static_cast<Halo>(first_inserted));
  std::stable_sort(order.begin(), order.end(), [&](Halo a, Halo b) { return c.level[a] < c.level[b]; });
  for (const Halo h : order) {
    const Halo host_before = c.host[before[h - first_inserted]];
    Halo host = host_before == no_halo ? no_halo : c.descendant[host_before];
    for (std::size_t steps = 0; host != no_halo && host != h && c.host[host] != no_halo && steps < c.id.size(); ++steps)
      host = c.host[host];  // the top-most central of that level
    c.host[h] = host == h ? no_halo : host;
  }
}

Complete complete(const Catalogue& catalogue, Links links, const std::vector<double>& age_myr, double box_cmpc) {
  Complete c{
      std::move(links.descendant), std::move(links.host), catalogue.id,           catalogue.level, catalogue.forest,
      catalogue.m_vir_msun,        catalogue.flags,       catalogue.position_cmpc};
  const std::size_t n_source = catalogue.n_halos();
  bring_into_box(c.position_cmpc, box_cmpc);
  std::vector<Halo> before;
  for (std::size_t h = 0; h < n_source; ++h) {
    const Halo last = c.descendant[h];
    if (last == no_halo || c.level[last] == c.level[h] + 1) continue;
    const double t0 = age_myr[c.level[h]], t1 = age_myr[c.level[last]];
    const double ln_m0 = std::log(c.m_vir_msun[h]), ln_m1 = std::log(c.m_vir_msun[last]);
    auto previous = static_cast<Halo>(h);
    for (std::uint32_t level = c.level[h] + 1; level < c.level[last]; ++level) {
      const double f = (age_myr[level] - t0) / (t1 - t0);
      const auto inserted = static_cast<Halo>(c.id.size());
      if (inserted == no_halo) refuse_too_many_halos();
      c.descendant[previous] = inserted;
      before.push_back(previous);
      c.descendant.push_back(last);
      c.host.push_back(no_halo);
      c.id.push_back(inserted_id(catalogue.id[h], level));
      c.level.push_back(level);
      c.forest.push_back(c.forest[h]);
      c.m_vir_msun.push_back(std::exp(ln_m0 + f * (ln_m1 - ln_m0)));  // TRE-1
      c.flags.push_back(static_cast<std::uint8_t>(Forest::is_interpolated | (c.flags[h] & Forest::is_main_progenitor)));
      if (!c.position_cmpc.empty())
        c.position_cmpc.push_back(between(c.position_cmpc[h], c.position_cmpc[last], f, box_cmpc));
      previous = inserted;
    }
  }
  host_inserted(c, before, n_source);
  return c;
}

/// Walking order (tree/forest.hpp): the halos of `c` by level, and inside each level by forest, descendant, main
/// progenitor, falling mass, id. From the last level back, so that descendants already have their place.
std::vector<Halo> walking_order(const Complete& c, const std::vector<Halo>& level_begin, std::vector<Halo>& place) {
  struct Key {
    std::uint64_t forest_and_descendant;
    double minus_mass;
    std::int64_t id;
    Halo halo;
    std::uint8_t is_side_branch;
    bool operator<(const Key& o) const {
      return std::tie(forest_and_descendant, is_side_branch, minus_mass, id) <
             std::tie(o.forest_and_descendant, o.is_side_branch, o.minus_mass, o.id);
    }
  };
  const auto n = static_cast<Halo>(c.id.size());
  std::vector<Halo> order(n), next(level_begin.begin(), level_begin.end() - 1);
  place.resize(n);
  for (Halo h = 0; h < n; ++h) order[next[c.level[h]]++] = h;
  std::vector<Key> keys;
  for (std::size_t l = level_begin.size() - 1; l-- > 0;) {
    keys.clear();
    for (Halo i = level_begin[l]; i < level_begin[l + 1]; ++i) {
      const Halo h = order[i], d = c.descendant[h];
      const std::uint64_t descendant_place = d == no_halo ? no_halo : place[d];
      const std::uint8_t side = (c.flags[h] & Forest::is_main_progenitor) != 0 ? 0 : 1;
      keys.push_back(
          {(static_cast<std::uint64_t>(c.forest[h]) << 32) | descendant_place, -c.m_vir_msun[h], c.id[h], h, side});
    }
    std::sort(keys.begin(), keys.end());
    for (Halo i = level_begin[l]; i < level_begin[l + 1]; ++i) {
      order[i] = keys[i - level_begin[l]].halo;
      place[order[i]] = i;
    }
  }
  return order;
}

/// The sum of the hashes of all records of all ranks: independent of who holds a record. In halves, so that 2^31 of
/// them add without overflow.
class RecordHash {
 public:
  template <class Record>
  void add(const Record& record) {
    const std::uint64_t h = XXH3_64bits(&record, sizeof record);
    low_ += static_cast<std::int64_t>(h & 0xffffffffU);
    high_ += static_cast<std::int64_t>(h >> 32);
  }
  std::uint64_t reduce(const parallel::Communicator& ranks, std::uint64_t seed) {
    std::array<std::int64_t, 2> sum{low_, high_};
    ranks.sum_in_place(sum);
    return XXH3_64bits_withSeed(sum.data(), sizeof sum, seed);
  }

 private:
  std::int64_t low_ = 0, high_ = 0;
};

/// Everything that physics can see, in records without padding. The walking order is a function of these values.
std::uint64_t content_hash(const Forest& f, const parallel::Communicator& ranks) {
  struct HaloRecord {
    std::int64_t id, descendant, host, forest, level;
    double m_vir_msun;
    float x, y, z;
    std::uint32_t flags;
  };
  static_assert(sizeof(HaloRecord) == 64, "padding would be hashed");
  struct ForestRecord {
    std::int64_t id;
    double weight_per_cmpc3;
  };
  RecordHash sum;
  for (std::size_t l = 0; l < f.n_levels(); ++l)
    for (Halo h = f.level_begin[l]; h < f.level_begin[l + 1]; ++h) {
      const auto at = f.position_cmpc.empty() ? std::array<float, 3>{} : f.position_cmpc[h];
      sum.add(HaloRecord{f.id[h], f.descendant[h] == no_halo ? -1 : f.id[f.descendant[h]],
                         f.host[h] == no_halo ? -1 : f.id[f.host[h]], f.forest_id[f.forest[h]],
                         static_cast<std::int64_t>(l), f.m_vir_msun[h], at[0], at[1], at[2], f.flags[h]});
    }
  for (std::size_t i = 0; i < f.forest_id.size(); ++i) sum.add(ForestRecord{f.forest_id[i], f.weight_per_cmpc3[i]});
  std::vector<double> common(f.redshift);
  common.push_back(f.info.volume_cmpc3);
  common.push_back(f.info.box_cmpc);
  return sum.reduce(ranks, XXH3_64bits(common.data(), common.size() * sizeof(double)));
}

Forest order_and_link(const Complete& c, const Catalogue& catalogue, std::vector<double> age_myr) {
  ForestDraft f;
  f.redshift = catalogue.redshift;
  f.age_myr = std::move(age_myr);
  f.forest_id = catalogue.forest_id;
  f.weight_per_cmpc3 = catalogue.weight_per_cmpc3;
  f.level_begin.assign(f.n_levels() + 1, 0);
  for (const std::uint32_t l : c.level) ++f.level_begin[l + 1];
  std::partial_sum(f.level_begin.begin(), f.level_begin.end(), f.level_begin.begin());

  std::vector<Halo> place;
  const std::vector<Halo> order = walking_order(c, f.level_begin, place);
  const std::size_t n = order.size();
  f.id.resize(n);
  f.m_vir_msun.resize(n);
  f.descendant.resize(n);
  f.first_progenitor.assign(n, no_halo);
  f.n_progenitors.assign(n, 0);
  f.host.resize(n);
  f.forest.resize(n);
  f.flags.resize(n);
  if (!c.position_cmpc.empty()) f.position_cmpc.resize(n);
  for (Halo i = 0; i < n; ++i) {
    const Halo h = order[i];
    f.id[i] = c.id[h];
    f.m_vir_msun[i] = c.m_vir_msun[h];
    f.descendant[i] = c.descendant[h] == no_halo ? no_halo : place[c.descendant[h]];
    f.host[i] = c.host[h] == no_halo ? no_halo : place[c.host[h]];
    f.forest[i] = c.forest[h];
    f.flags[i] = c.flags[h];
    if (!f.position_cmpc.empty()) f.position_cmpc[i] = c.position_cmpc[h];
    if (const Halo d = f.descendant[i]; d != no_halo)
      if (f.n_progenitors[d]++ == 0) f.first_progenitor[d] = i;
  }
  return Forest(std::move(f));
}

}  // namespace

std::int64_t inserted_id(std::int64_t id, std::uint32_t level) {
  if (id < 0 || id >= end_of_ids_for_insertion || level >= levels_in_id)
    throw InputError({fmt::format("halo {} skips level {}, and no id can be made for a halo in between", id, level),
                      fmt::format("halo {}", id),
                      fmt::format("ids below {} and fewer than {} levels", end_of_ids_for_insertion, levels_in_id),
                      "renumber the halos of the tree files"});
  return -(id * levels_in_id + level) - 2;
}

Forest arrange(const Catalogue& catalogue, const ForestInfo& info, const cosmology::Cosmology& cosmology,
               const parallel::Communicator& ranks) {
  // First: an id on two ranks makes all sorts of links look wrong.
  refuse_shared_ids(catalogue, info.source, ranks);
  if (ranks.sum(static_cast<std::int64_t>(catalogue.n_halos())) == 0)
    throw InputError({fmt::format("the trees at '{}' hold no halos", info.source), info.source, "at least one halo",
                      "check the path, and that the files are complete"});
  Forest forest;
  parallel::together(ranks, [&] {
    std::vector<double> age_myr;
    for (const double z : catalogue.redshift) age_myr.push_back(cosmology.age_myr(z));
    const Complete all = complete(catalogue, validate(catalogue, info.source, info.box_cmpc), age_myr, info.box_cmpc);
    forest = order_and_link(all, catalogue, std::move(age_myr));
  });
  forest.info = info;
  double least_msun = std::numeric_limits<double>::max();
  std::int64_t roots = 0;
  for (const double m : forest.m_vir_msun) least_msun = std::min(least_msun, m);
  for (const Halo d : forest.descendant) roots += d == no_halo ? 1 : 0;
  least_msun = ranks.min(least_msun);
  if (info.m_resolution_msun == 0.0) forest.info.m_resolution_msun = least_msun;
  forest.info.n_trees = ranks.sum(roots);
  forest.info.n_forests = ranks.sum(static_cast<std::int64_t>(forest.forest_id.size()));
  forest.info.n_halos = ranks.sum(static_cast<std::int64_t>(forest.n_halos()));
  forest.info.content_hash = content_hash(forest, ranks);
  return forest;
}

}  // namespace cecropia::tree
