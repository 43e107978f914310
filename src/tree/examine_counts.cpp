// Numbers of halos: by level, by mass, by forest.
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "cecropia/cosmology/power.hpp"
#include "cecropia/parallel/exact_sum.hpp"
#include "examine_parts.hpp"
#include "forest_sizes.hpp"

namespace cecropia::tree {
namespace {

bool is_mass(double m) { return m > 0.0 && std::isfinite(m); }

/// The lower median of all masses: the bits of positive doubles are in the order of their values.
double median(const Catalogue& c, const parallel::Communicator& ranks) {
  std::int64_t n = 0;
  for (const double m : c.m_vir_msun) n += is_mass(m) ? 1 : 0;
  n = ranks.sum(n);
  if (n == 0) return 0.0;
  std::uint64_t low = 0, high = std::bit_cast<std::uint64_t>(std::numeric_limits<double>::max());
  while (low < high) {  // the smallest value that half of the halos do not exceed
    const std::uint64_t middle = low + (high - low) / 2;
    const auto limit = std::bit_cast<double>(middle);
    std::int64_t below = 0;
    for (const double m : c.m_vir_msun) below += is_mass(m) && m <= limit ? 1 : 0;
    if (2 * ranks.sum(below) >= n)
      high = middle;
    else
      low = middle + 1;
  }
  return std::bit_cast<double>(low);
}

/// Expected number density between two masses: PWR-3 over the bin, by the midpoint rule.
double expected(const cosmology::Variance& variance, double low, double high, double z) {
  constexpr int n = 16;
  double sum = 0.0;
  for (int i = 0; i < n; ++i)
    sum += cosmology::sheth_tormen(variance, std::pow(10.0, low + (high - low) * (i + 0.5) / n), z);
  return sum * (high - low) / n;
}

/// Edges of the bins [log10 Msun].
std::vector<double> edges(const Examination& report) {
  constexpr int most_bins = 40;
  std::vector<double> edge{std::log10(report.well_resolved_msun)};
  const double highest = std::log10(report.greatest_msun);
  while (edge.back() <= highest && std::ssize(edge) <= most_bins) edge.push_back(edge.back() + mass_function_bin_dex);
  return edge;
}

void mass_function(const Catalogue& c, const ForestInfo& info, const cosmology::Cosmology& cosmology,
                   const parallel::Communicator& ranks, Examination& report) {
  const std::vector<double> edge = edges(report);
  if (edge.size() < 2) return;
  const std::size_t n_bins = edge.size() - 1;
  std::vector<std::int64_t> n(c.redshift.size() * n_bins, 0);
  std::vector<parallel::ExactSum> density(n.size());
  for (Halo h = 0; h < c.n_halos(); ++h) {
    const double m = c.m_vir_msun[h];
    if (!is_mass(m) || c.host_id[h] >= 0 || (c.flags[h] & Forest::is_phantom) != 0) continue;
    const double x = std::log10(m);
    const auto bin = static_cast<std::size_t>(std::upper_bound(edge.begin(), edge.end(), x) - edge.begin());
    if (bin == 0 || bin > n_bins) continue;
    const std::size_t i = c.level[h] * n_bins + bin - 1;
    ++n[i];
    density[i].add(c.weight_per_cmpc3[c.forest[h]]);
  }
  ranks.sum_in_place(n);
  parallel::ExactSum::reduce(density, ranks);
  const cosmology::Variance variance(cosmology, info.box_cmpc * cosmology.parameters().h);
  for (std::size_t l = 0; l < c.redshift.size(); ++l)
    for (std::size_t b = 0; b < n_bins; ++b) {
      MassBin bin{edge[b], edge[b + 1], n[l * n_bins + b], density[l * n_bins + b].value(), 0.0, 0.0};
      bin.expected_per_cmpc3 = expected(variance, edge[b], edge[b + 1], c.redshift[l]);
      bin.expected_n = bin.expected_per_cmpc3 * info.volume_cmpc3;
      report.levels[l].mass_function.push_back(bin);
    }
}

}  // namespace

void count_levels(const Catalogue& c, const ForestInfo& info, const cosmology::Cosmology& cosmology,
                  const parallel::Communicator& ranks, Examination& report) {
  constexpr std::size_t columns = 4;
  std::vector<std::int64_t> table(columns * c.redshift.size(), 0);
  for (Halo h = 0; h < c.n_halos(); ++h) {
    std::int64_t* row = table.data() + columns * c.level[h];
    ++row[0];
    row[1] += c.host_id[h] >= 0 ? 1 : 0;
    row[2] += (c.flags[h] & Forest::is_phantom) != 0 ? 1 : 0;
    row[3] += c.descendant_id[h] < 0 ? 1 : 0;
  }
  ranks.sum_in_place(table);
  for (std::size_t l = 0; l < c.redshift.size(); ++l) {
    const std::int64_t* row = table.data() + columns * l;
    report.levels.push_back({c.redshift[l], cosmology.age_myr(c.redshift[l]), row[0], row[1], row[2], row[3], {}});
  }
  // EPS trees are grown for roots of some masses only: their mass function is not that of a volume.
  if (info.format != "eps" && info.volume_cmpc3 > 0.0 && report.well_resolved_msun > 0.0 &&
      report.well_resolved_msun <= report.greatest_msun)
    mass_function(c, info, cosmology, ranks, report);
}

void count_all(const Catalogue& c, const parallel::Communicator& ranks, Examination& report) {
  double least = std::numeric_limits<double>::max(), greatest = 0.0;
  for (const double m : c.m_vir_msun)
    if (is_mass(m)) {
      least = std::min(least, m);
      greatest = std::max(greatest, m);
    }
  report.greatest_msun = ranks.max(greatest);
  least = ranks.min(least);
  report.least_msun = report.greatest_msun > 0.0 ? least : 0.0;
  report.median_msun = median(c, ranks);
  report.halos = ranks.sum(static_cast<std::int64_t>(c.n_halos()));
  report.forests = ranks.sum(static_cast<std::int64_t>(c.forest_id.size()));
  report.trees = ranks.sum(std::count_if(c.descendant_id.begin(), c.descendant_id.end(), [](auto d) { return d < 0; }));

  ForestSizes sizes;
  sizes.add_all(c.forest_id, c.forest);
  sizes.join(ranks);
  report.sizes = sizes.classes();
  report.largest_forest_halos = sizes.largest();
  report.largest_forest = sizes.id_of_largest();
}

}  // namespace cecropia::tree
