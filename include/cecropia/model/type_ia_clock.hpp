#pragma once
/// \file  Type Ia supernovae of one galaxy: both schemes of Liu et al. (2025), appendix C. Theory: SNI-5 and SNI-6.
#include <cstdint>
#include <vector>

#include "cecropia/physics/parameters.hpp"
#include "cecropia/random/stream.hpp"
#include "cecropia/stars/type_ia.hpp"

namespace cecropia::model {

/// Expected events of a population born at age 0 in intervals of cosmic time, tabulated once per run.
class TypeIaKernel {
 public:
  /// `t_end_myr`: explosions after the last level are not stored.
  TypeIaKernel(const physics::TypeIa& p, double t_end_myr);
  const physics::TypeIa& parameters() const { return p_; }
  const stars::DelayTimes& delays() const { return delays_; }
  double t_end_myr() const { return t_end_; }
  /// Fraction of progenitors that explode between `age` and `age + 1` intervals after birth.
  double fraction(std::int64_t age) const {
    return age >= 0 && age < static_cast<std::int64_t>(fraction_.size()) ? fraction_[static_cast<std::size_t>(age)]
                                                                         : 0.0;
  }

 private:
  physics::TypeIa p_;
  stars::DelayTimes delays_;
  double t_end_;
  std::vector<double> fraction_;
};

/// Progenitors followed one by one (a heap of explosion times) and populations (expected numbers by interval of birth).
class TypeIaClock {
 public:
  /// Stars of mass formed_msun were born at t_myr.
  void form(const TypeIaKernel& k, double formed_msun, double t_myr, random::Seed seed, std::int64_t halo_id,
            std::uint32_t level, std::uint32_t sub_step);
  /// Number of explosions in (from, to].
  double explode(const TypeIaKernel& k, double from_myr, double to_myr, random::Seed seed, std::int64_t halo_id,
                 std::uint32_t level, std::uint32_t sub_step);
  void merge(const TypeIaClock& other);
  bool single_alive() const { return !singles_.empty(); }
  bool active() const { return !singles_.empty() || !populations_.empty(); }
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.singles_, self.populations_, self.expected_, self.sampled_, self.rate_per_myr_, self.rate_interval_);
  }

 private:
  struct Population {
    std::int32_t interval = 0;  // of birth
    float expected = 0;
    template <class Self, class Archive>
    static void fields(Self& self, Archive& archive) {
      archive(self.interval, self.expected);
    }
  };
  std::vector<float> singles_;           // min-heap of explosion times [Myr]
  std::vector<Population> populations_;  // ascending interval
  double expected_ = 0, sampled_ = 0;    // populations: total expected and exploded so far
  double rate_per_myr_ = 0;
  std::int64_t rate_interval_ = -1;  // interval for which rate_per_myr_ holds
};

}  // namespace cecropia::model
