#include "cecropia/stars/population.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "cecropia/core/constants.hpp"
#include "cecropia/core/error.hpp"

namespace cecropia::stars {
namespace {

/// Amounts of one star in double precision, so that means over a group are rounded once.
struct Amounts {
  double mass = 0, lifetime = 0, m_loss = 0, energy = 0;
  double photons = 0, lyman_werner = 0, uv = 0;  // units of Kind times Myr
  Metals ejecta{};

  void add(double number, const Amounts& a) {
    mass += number * a.mass;
    lifetime += number * a.lifetime;
    m_loss += number * a.m_loss;
    photons += number * a.photons;
    lyman_werner += number * a.lyman_werner;
    uv += number * a.uv;
    energy += number * a.energy;
    for (std::size_t e = 0; e < n_metals; ++e) ejecta[e] += number * a.ejecta[e];
  }
};

Amounts amounts_of(const Star& star, double mass_msun) {
  Amounts a;
  a.mass = mass_msun;
  a.lifetime = star.lifetime_myr;
  a.m_loss = star.m_loss_msun();
  a.photons = std::pow(10.0, star.log10_q_per_s - 48.0) * star.lifetime_myr;
  a.lyman_werner = std::pow(10.0, star.log10_q_lw_per_s - 48.0) * star.lifetime_myr;
  a.uv = std::pow(10.0, star.log10_l_uv_erg_s_hz - 20.0) * star.lifetime_myr;
  a.energy = star.e_sn_erg / constants::bethe_erg;
  a.ejecta[metal_z] = star.wind_metals_msun() + star.sn_metals_msun();
  for (std::size_t e = 1; e < n_metals; ++e) {
    const auto i = static_cast<std::size_t>(metal_slot[e]);
    a.ejecta[e] = star.wind_msun[i] + star.sn_msun[i];
  }
  return a;
}

/// The mean of stars whose sum is `a`.
Kind mean_kind(const Amounts& a, double number, Fate fate) {
  Kind k{};
  k.mass_msun = static_cast<float>(a.mass / number);
  k.lifetime_myr = static_cast<float>(a.lifetime / number);
  k.m_loss_msun = static_cast<float>(a.m_loss / number);
  k.q_1e48_per_s = static_cast<float>(a.photons / a.lifetime);
  k.q_lw_1e48_per_s = static_cast<float>(a.lyman_werner / a.lifetime);
  k.l_uv_1e20_erg_s_hz = static_cast<float>(a.uv / a.lifetime);
  k.e_sn_1e51_erg = static_cast<float>(a.energy / number);
  for (std::size_t e = 0; e < n_metals; ++e) k.ejecta_msun[e] = static_cast<float>(a.ejecta[e] / number);
  k.fate = fate;
  return k;
}

bool fates_equal(const Tables& tables, MetallicityBins bins, std::size_t i, std::size_t j) {
  for (std::size_t z = bins.first; z <= bins.last; ++z)
    if (tables.at(z, i).fate != tables.at(z, j).fate) return false;
  return true;
}

}  // namespace

Population::Population(const Tables& tables, const Imf& imf, double m_massive_msun, MetallicityBins bins)
    : imf_(imf), first_z_(bins.first), last_z_(std::min(bins.last, tables.n_z() - 1)) {
  if (!(m_massive_msun < imf.m_max_msun()))
    throw InputError({fmt::format("the IMF ends at {} Msun, below the massive-star limit", imf.m_max_msun()),
                      "parameters stars.imf2_max_msun, imf3_max_msun, m_massive_msun",
                      fmt::format("an upper limit above {} Msun", m_massive_msun),
                      "raise the upper limit of the IMF or lower m_massive_msun"});
  low_mass_ = imf.mass(imf.m_min_msun(), m_massive_msun);
  const double m_low_msun = std::max(m_massive_msun, imf.m_min_msun());
  make_cells(tables, m_low_msun);
  make_groups(tables, m_low_msun);
  make_tails();
}

void Population::make_cells(const Tables& tables, double m_low_msun) {
  const std::vector<double>& edges = tables.m_edges_msun();
  for (std::size_t i = 0; i < tables.n_m(); ++i) {
    const double a = std::max(edges[i], m_low_msun), b = std::min(edges[i + 1], imf_.m_max_msun());
    if (!(b > a)) continue;
    if (cell_number_.empty()) first_cell_ = i;
    cell_number_.push_back(imf_.number(a, b));
    if (!(cell_number_.back() > 0.0))
      throw InputError({fmt::format("the IMF has no stars between {} and {} Msun, which it should reach", a, b),
                        "parameters stars.imf2_* and stars.imf3_*", "a density that does not vanish below the limit",
                        "lower the upper limit, or use a less steep IMF"});
    cell_mass_.push_back(imf_.mass(a, b) / cell_number_.back());
    number_ += cell_number_.back();
  }
  cell_kind_.reserve((last_z_ - first_z_ + 1) * n_cells());
  for (std::size_t z = first_z_; z <= last_z_; ++z) {
    double photons = 0.0;
    for (std::size_t i = 0; i < n_cells(); ++i) {
      const Star& star = tables.at(z, first_cell_ + i);
      cell_kind_.push_back(mean_kind(amounts_of(star, cell_mass_[i]), 1.0, star.fate));
      photons += cell_number_[i] * static_cast<double>(cell_kind_.back().q_1e48_per_s);
    }
    photons_.push_back(photons);
  }
}

void Population::make_groups(const Tables& tables, double m_low_msun) {
  constexpr double widest_dex = 0.05;
  const double* edges = &tables.m_edges_msun()[first_cell_];
  std::vector<std::size_t> start;  // first cell of each group
  double lower_edge = m_low_msun;
  for (std::size_t i = 0; i < n_cells(); ++i) {
    const double upper = std::min(edges[i + 1], imf_.m_max_msun());
    if (start.empty() || std::log10(upper / lower_edge) > widest_dex ||
        !fates_equal(tables, {first_z_, last_z_}, first_cell_ + i - 1, first_cell_ + i)) {
      start.push_back(i);
      lower_edge = std::max(edges[i], m_low_msun);
    }
  }
  start.push_back(n_cells());
  group_start_ = start;
  for (std::size_t g = 0; g + 1 < start.size(); ++g) {
    double number = 0, mass = 0;
    for (std::size_t i = start[g]; i < start[g + 1]; ++i) {
      number += cell_number_[i];
      mass += cell_number_[i] * cell_mass_[i];
    }
    group_number_.push_back(number);
    group_mass_.push_back(mass / number);
  }
  group_kind_.reserve((last_z_ - first_z_ + 1) * n_groups());
  for (std::size_t z = first_z_; z <= last_z_; ++z)
    for (std::size_t g = 0; g < n_groups(); ++g) {
      Amounts sum;
      for (std::size_t i = start[g]; i < start[g + 1]; ++i)
        sum.add(cell_number_[i], amounts_of(tables.at(z, first_cell_ + i), cell_mass_[i]));
      group_kind_.push_back(mean_kind(sum, group_number_[g], tables.at(z, first_cell_ + start[g]).fate));
    }
}

std::pair<double, double> Population::life_range_myr() const {
  const auto shorter = [](const Kind& a, const Kind& b) { return a.lifetime_myr < b.lifetime_myr; };
  const auto [least, most] = std::minmax_element(cell_kind_.begin(), cell_kind_.end(), shorter);
  return {static_cast<double>(least->lifetime_myr), static_cast<double>(most->lifetime_myr)};
}

Population::Tail Population::make_tail(std::size_t first_cell) const {
  // Vose (1991): every column of equal height holds its own cell up to `cut` and one other cell above.
  Tail tail;
  for (std::size_t i = first_cell; i < n_cells(); ++i) tail.number += cell_number_[i];
  const std::size_t n = n_cells() - first_cell;
  std::vector<double> height(n);
  std::vector<std::uint32_t> low, high;
  for (std::size_t i = 0; i < n; ++i) {
    height[i] = cell_number_[first_cell + i] / tail.number * static_cast<double>(n);
    const auto cell = static_cast<std::uint32_t>(first_cell + i);
    tail.columns.push_back({1.0, {cell, cell}});
    (height[i] < 1.0 ? low : high).push_back(static_cast<std::uint32_t>(i));
  }
  while (!low.empty() && !high.empty()) {
    const std::uint32_t small = low.back(), large = high.back();
    low.pop_back();
    tail.columns[small].cut = height[small];
    tail.columns[small].cells[1] = static_cast<std::uint32_t>(first_cell) + large;
    height[large] -= 1.0 - height[small];
    if (height[large] < 1.0) {
      high.pop_back();
      low.push_back(large);
    }
  }
  return tail;
}

std::size_t Population::Tail::draw(random::Stream& stream) const {
  const double u = stream.uniform() * static_cast<double>(columns.size());
  const auto i = static_cast<std::int64_t>(u);  // signed, because that takes one instruction
  const Column& column = columns[static_cast<std::size_t>(i)];
  return column.cells[u - static_cast<double>(i) < column.cut ? 0 : 1];  // an index, because no branch can be foreseen
}

void Population::make_tails() {
  for (std::size_t g = 0; g < n_groups(); ++g) {
    tail_.push_back(make_tail(group_start_[g]));
    const double crowding = tail_.back().number / static_cast<double>(n_groups() - g);
    tail_crowding_.push_back(g == 0 ? crowding : std::min(crowding, tail_crowding_.back()));
  }
}

/// First group whose tail holds fewer expected stars than it is dearer to draw group by group.
std::size_t Population::first_rare_group(double expected_msun) const {
  // Halves without a branch, because it could not be foreseen.
  const double* crowding = tail_crowding_.data();
  for (std::size_t left = tail_crowding_.size(); left > 0;) {
    const std::size_t half = (left + 1) / 2;
    crowding += expected_msun * crowding[half - 1] >= stars_per_group ? half : 0;
    left -= half;
  }
  return static_cast<std::size_t>(crowding - tail_crowding_.data());
}

double Population::mass_of(const Kind* kind, std::size_t i_z) const {
  const Kind* cells = &cell(i_z, 0);
  if (kind >= cells && kind < cells + n_cells()) return cell_mass_[static_cast<std::size_t>(kind - cells)];
  return group_mass_[static_cast<std::size_t>(kind - &group(i_z, 0))];
}

double Population::sample(double expected_msun, double available_msun, std::size_t i_z, random::Stream& stream,
                          std::vector<Born>& born) const {
  born.clear();
  double massive = 0;
  const std::size_t rare = first_rare_group(expected_msun);
  const Kind* kinds = &group(i_z, 0);
  std::array<std::int64_t, 64> counts;
  for (std::size_t first = 0; first < rare; first += counts.size()) {
    const std::size_t n = std::min(counts.size(), rare - first);
    random::poisson_each(stream, expected_msun, std::span(group_number_).subspan(first, n), std::span(counts).first(n));
    for (std::size_t i = 0; i < n; ++i) {
      if (counts[i] == 0) continue;
      born.push_back({kinds + first + i, counts[i]});
      massive += static_cast<double>(counts[i]) * group_mass_[first + i];
    }
  }
  if (rare < n_groups()) {
    const Tail& tail = tail_[rare];
    const Kind* cells = &cell(i_z, 0);
    std::int64_t left = random::poisson(stream, expected_msun * tail.number);
    stream.expect(static_cast<std::size_t>(left));
    for (; left > 0; --left) {
      const std::size_t i = tail.draw(stream);
      born.push_back({cells + i, 1});
      massive += cell_mass_[i];
    }
  }
  const double low = std::min(expected_msun * low_mass_, std::max(available_msun, 0.0));
  if (low + massive <= available_msun) return low + massive;
  return low + drop_stars(available_msun - low, massive, i_z, stream, born);
}

double Population::drop_stars(double room_msun, double massive_msun, std::size_t i_z, random::Stream& stream,
                              std::vector<Born>& born) const {
  // Put the stars in random order and drop from the front until the rest fits. Read from the back this is: keep stars
  // in random order as long as they fit. Both have one distribution; the shorter way is taken.
  std::int64_t in_play = 0;
  for (const Born& b : born) in_play += b.count;
  const auto pick = [&](std::size_t n_entries) {
    auto r = static_cast<std::int64_t>(stream.uniform() * static_cast<double>(in_play));
    std::size_t i = 0;
    while (i + 1 < n_entries && r >= born[i].count) r -= born[i++].count;
    return i;
  };
  double kept = 0;
  const std::size_t n = born.size();
  if (massive_msun < 2.0 * room_msun) {
    kept = massive_msun;
    for (; kept > room_msun && in_play > 0; --in_play) {
      const std::size_t i = pick(n);
      kept = in_play == 1 ? 0.0 : kept - mass_of(born[i].kind, i_z);
      --born[i].count;
    }
  } else {
    for (std::size_t i = 0; i < n; ++i) born.push_back({born[i].kind, 0});  // what is kept, behind what is in play
    for (; in_play > 0; --in_play) {
      const std::size_t i = pick(n);
      const double mass = mass_of(born[i].kind, i_z);
      if (kept + mass > room_msun) break;
      kept += mass;
      --born[i].count;
      ++born[n + i].count;
    }
    born.erase(born.begin(), born.begin() + static_cast<std::ptrdiff_t>(n));
  }
  born.erase(std::remove_if(born.begin(), born.end(), [](const Born& b) { return b.count == 0; }), born.end());
  return std::max(kept, 0.0);
}

}  // namespace cecropia::stars
