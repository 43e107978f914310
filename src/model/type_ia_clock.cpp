#include "cecropia/model/type_ia_clock.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace cecropia::model {

TypeIaKernel::TypeIaKernel(const physics::TypeIa& p, double t_end_myr)
    : p_(p), delays_(p.delay_min_myr, p.delay_max_myr, p.delay_slope), t_end_(t_end_myr) {
  const auto n = static_cast<std::size_t>(t_end_myr / p.interval_myr) + 2;
  fraction_.resize(n);
  for (std::size_t i = 0; i < n; ++i) {
    // Births and explosions are spread over their intervals; the mean over the interval of birth is taken at its
    // middle.
    const double age = (static_cast<double>(i) - 0.5) * p.interval_myr;
    fraction_[i] = delays_.cumulative(age + p.interval_myr) - delays_.cumulative(age);
  }
}

void TypeIaClock::form(const TypeIaKernel& k, double formed_msun, double t_myr, random::Seed seed, std::int64_t halo_id,
                       std::uint32_t level, std::uint32_t sub_step) {
  const physics::TypeIa& p = k.parameters();
  const double expected = p.per_msun * formed_msun;
  if (!p.enabled || expected <= 0.0) return;
  if (expected > p.individual_below) {  // SNI-6
    const auto interval = static_cast<std::int32_t>(t_myr / p.interval_myr);
    if (populations_.empty() || populations_.back().interval != interval) populations_.push_back({interval, 0.0f});
    populations_.back().expected += static_cast<float>(expected);
    expected_ += expected;
    return;
  }
  random::Stream stream(seed, static_cast<std::uint64_t>(halo_id), level, 2 * sub_step, random::Purpose::type_ia);
  const std::int64_t n = random::poisson(stream, expected);  // SNI-5
  for (std::int64_t i = 0; i < n; ++i) {
    const double t = t_myr + k.delays().delay_myr(stream.uniform());
    if (t > k.t_end_myr()) continue;
    singles_.push_back(static_cast<float>(t));
    std::push_heap(singles_.begin(), singles_.end(), std::greater<>());
  }
}

double TypeIaClock::explode(const TypeIaKernel& k, double from_myr, double to_myr, random::Seed seed,
                            std::int64_t halo_id, std::uint32_t level, std::uint32_t sub_step) {
  double events = 0.0;
  while (!singles_.empty() && static_cast<double>(singles_.front()) <= to_myr) {
    std::pop_heap(singles_.begin(), singles_.end(), std::greater<>());
    singles_.pop_back();
    events += 1.0;
  }
  if (populations_.empty() || sampled_ >= expected_) return events;
  const auto interval = static_cast<std::int64_t>(0.5 * (from_myr + to_myr) / k.parameters().interval_myr);
  if (interval != rate_interval_) {
    double fraction = 0.0;
    for (const Population& p : populations_)
      fraction += static_cast<double>(p.expected) * k.fraction(interval - p.interval);
    rate_per_myr_ = fraction / k.parameters().interval_myr;
    rate_interval_ = interval;
  }
  if (rate_per_myr_ <= 0.0) return events;
  random::Stream stream(seed, static_cast<std::uint64_t>(halo_id), level, 2 * sub_step + 1, random::Purpose::type_ia);
  const auto n = static_cast<double>(random::poisson(stream, rate_per_myr_ * (to_myr - from_myr)));
  sampled_ += n;
  return events + n;
}

void TypeIaClock::merge(const TypeIaClock& other) {
  singles_.reserve(singles_.size() + other.singles_.size());
  for (const float t : other.singles_) {  // mostly few join many
    singles_.push_back(t);
    std::push_heap(singles_.begin(), singles_.end(), std::greater<>());
  }
  expected_ += other.expected_;
  sampled_ += other.sampled_;
  rate_interval_ = -1;
  if (other.populations_.empty()) return;
  std::vector<Population> joined;
  joined.reserve(populations_.size() + other.populations_.size());
  auto a = populations_.begin();
  for (const Population& b : other.populations_) {
    while (a != populations_.end() && a->interval < b.interval) joined.push_back(*a++);
    if (a != populations_.end() && a->interval == b.interval) {
      joined.push_back({b.interval, a->expected + b.expected});
      ++a;
    } else {
      joined.push_back(b);
    }
  }
  joined.insert(joined.end(), a, populations_.end());
  populations_ = std::move(joined);
}

}  // namespace cecropia::model
