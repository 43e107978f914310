#include "cecropia/space/surroundings.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "cecropia/parallel/agree.hpp"
#include "cecropia/parallel/broadcast_values.hpp"
#include "cecropia/parallel/exact_sum.hpp"
#include "cecropia/space/ionised.hpp"

namespace cecropia::space {

Surroundings::Surroundings(const AllParameters& parameters, const cosmology::Cosmology& cosmos, double box_cmpc,
                           random::Seed seed, const parallel::Communicator& ranks)
    : p_(parameters),
      cosmos_(cosmos),
      box_cmpc_(box_cmpc),
      seed_(seed),
      node_(ranks.split_by_node()),
      uniform_(parameters.surroundings),
      light_(cosmos, parameters.lyman_werner.escape) {
  check(p_);
  check_places(p_, has_places());
}

/// One number in [0, 1) per branch and purpose: no flicker between levels.
double Surroundings::fixed_draw(const Place& place, random::Purpose purpose) const {
  return random::Stream(seed_, static_cast<std::uint64_t>(place.branch_id), 0, 0, purpose).uniform();
}

Metals Surroundings::igm_metal_fractions(const Place& place) const {
  if (!follows_bubbles()) return uniform_.igm_metal_fractions(redshift_);
  if (has_places()) return box_.metal_fractions(place.position_cmpc, place.halo_id, p_.bubbles.own_bubble);
  Metals fractions = place.own_bubble_fractions;
  if (fixed_draw(place, random::Purpose::enriched) >= enriched_fraction_) return fractions;
  // Drawing again whenever the halo's own is found is a draw over the filling of all others. Somebody else's is hardly
  // ever so rare that it is not found in so many draws, unless there is none.
  constexpr int most_draws = 1000;
  random::Stream draws(seed_, static_cast<std::uint64_t>(place.branch_id), 0, 0, random::Purpose::bubble);
  for (int i = 0; i < most_draws; ++i) {
    const BubbleContent* bubble = mean_.drawn(draws.uniform());
    if (bubble == nullptr) break;
    if (bubble->is_own_of(place.halo_id)) continue;
    for (std::size_t e = 0; e < n_metals; ++e) fractions[e] += static_cast<double>(bubble->fractions[e]);
    break;
  }
  return fractions;
}

bool Surroundings::is_ionised(const Place& place) const {
  if (has_places() && follows_regions()) {
    // no region is larger than the halo if none is to count
    const double least =
        p_.reionisation.own_region == OwnRegion::never ? std::numeric_limits<double>::infinity() : place.r_vir_cmpc;
    return box_.is_ionised(place.position_cmpc, place.halo_id, least);
  }
  if (asks_for_own_region() && place.own_region_cmpc > place.r_vir_cmpc) return true;
  return ionised_fraction_ > 0.0 && fixed_draw(place, random::Purpose::ionised) < ionised_fraction_;
}

std::optional<double> Surroundings::own_j21() const {
  return needs_light() ? std::optional(light_.j21()) : std::nullopt;
}

/// ION-1 without photons, over the level that ends now.
void Surroundings::age_those_left_behind(double age_myr) {
  if (ended_.empty()) return;
  const double dt = age_myr - age_myr_;
  const double middle = cosmos_.redshift_at(0.5 * (age_myr_ + age_myr));  // as for the living
  const IonisationRates rates = ionisation_rates(cosmos_, p_.reionisation.clumping, middle);
  const auto kept = static_cast<float>(std::cbrt(ionised_volume_after(1.0, 0.0, dt, rates)));
  for (Source& s : ended_) s.region_radius_cmpc *= kept;
}

void Surroundings::update(std::span<const Source> living, double redshift, double age_myr,
                          double lyman_werner_per_s_cmpc3, const parallel::Communicator& ranks) {
  age_those_left_behind(age_myr);
  std::vector<Source> mine(living.begin(), living.end());
  mine.insert(mine.end(), ended_.begin(), ended_.end());
  for (Source& s : ending_) {
    s.descendant_id = s.host_descendant_id = -1;  // nobody's own any more
    ended_.push_back(s);
  }
  ending_.clear();
  age_myr_ = age_myr;
  redshift_ = redshift;
  light_.add(redshift, age_myr, lyman_werner_per_s_cmpc3);
  show(std::move(mine), ranks);
}

/// Sources of this rank become, with those of the others, what the next level finds.
void Surroundings::show(std::vector<Source> mine, const parallel::Communicator& ranks) {
  shown_ = std::move(mine);
  const bool bubbles = follows_bubbles(), regions = follows_regions();
  if (bubbles || regions) {
    enum : std::size_t { metals, ionised };
    std::vector<parallel::ExactSum> filling(2);
    for (const Source& s : shown_) {
      filling[metals].add(s.weight_per_cmpc3 * sphere_volume_cmpc3(static_cast<double>(s.bubble_radius_cmpc)));
      filling[ionised].add(s.weight_per_cmpc3 * sphere_volume_cmpc3(static_cast<double>(s.region_radius_cmpc)));
    }
    parallel::ExactSum::reduce(filling, ranks);
    metal_filling_ = filling[metals].value();
    ionised_filling_ = filling[ionised].value();
    n_sources_ = static_cast<std::size_t>(ranks.sum(static_cast<std::int64_t>(shown_.size())));
    // The field of the level before goes on all ranks in the same order: it may be shared memory.
    box_ = {};
    mean_ = {};
    if (has_places())
      box_ = BoxField(box_cmpc_, shown_, ranks, node_);
    else if (bubbles)
      mean_ = MeanField(shown_, ranks, node_);
  }
  if (bubbles)
    enriched_fraction_ =
        covered_fraction(p_.bubbles.clustering * std::pow(metal_filling_, p_.bubbles.clustering_index));
  else
    metal_filling_ = uniform_.z_igm(redshift_) > 0.0 ? 1.0 : 0.0;  // uniform metals are everywhere
  if (regions)
    ionised_fraction_ = covered_fraction(p_.reionisation.clustering * ionised_filling_);
  else
    ionised_filling_ = ionised_fraction_ = uniform_.ionised_fraction(redshift_);
}

namespace {

/// On rank 0, in canonical order; empty on the others.
std::vector<Source> gathered_on_root(const std::vector<Source>& mine, const parallel::Communicator& ranks) {
  std::vector<std::vector<Source>> to(static_cast<std::size_t>(ranks.size()));
  to[0] = mine;
  std::vector<Source> all = ranks.exchange(to);
  std::sort(all.begin(), all.end(), [](const Source& a, const Source& b) { return a.halo_id < b.halo_id; });
  return all;
}

/// What rank 0 holds in equal shares; it does not matter who tends which.
std::vector<Source> dealt_by_root(const std::vector<Source>& all, const parallel::Communicator& ranks) {
  const auto n = static_cast<std::ptrdiff_t>(all.size()), size = static_cast<std::ptrdiff_t>(ranks.size());
  std::vector<std::vector<Source>> to(static_cast<std::size_t>(size));
  for (std::ptrdiff_t r = 0; r < size; ++r)
    to[static_cast<std::size_t>(r)] = {all.begin() + n * r / size, all.begin() + n * (r + 1) / size};
  return ranks.exchange(to);
}

}  // namespace

void Surroundings::save(ByteWriter& archive, const parallel::Communicator& ranks) const {
  archive(redshift_, age_myr_, light_, gathered_on_root(shown_, ranks), gathered_on_root(ended_, ranks));
}

void Surroundings::restore(ByteReader& archive, const parallel::Communicator& ranks) {
  std::vector<Source> shown, ended;
  parallel::on_root(ranks, [&] { archive(redshift_, age_myr_, light_, shown, ended); });
  parallel::broadcast_values(ranks, redshift_, age_myr_, light_);
  ended_ = dealt_by_root(ended, ranks);
  show(dealt_by_root(shown, ranks), ranks);
}

double Surroundings::q_hii() const { return std::min(1.0, ionised_filling_); }
double Surroundings::q_metal() const { return follows_bubbles() ? covered_fraction(metal_filling_) : metal_filling_; }

}  // namespace cecropia::space
