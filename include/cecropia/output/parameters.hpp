#pragma once
/// \file  Section `output`: what a run writes besides its summary.
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "cecropia/core/parameter.hpp"

namespace cecropia::output {

/// Which levels of the forest get a catalogue of their galaxies.
enum class Levels { none, redshifts, every, all };
inline constexpr std::array levels_names{Named<Levels>{"none", Levels::none},
                                         Named<Levels>{"redshifts", Levels::redshifts},
                                         Named<Levels>{"every", Levels::every}, Named<Levels>{"all", Levels::all}};

struct Parameters {
  Levels levels = Levels::redshifts;
  std::vector<double> redshifts{4, 5, 6, 7, 8, 9, 10, 12, 15, 20};  ///< for levels = redshifts; besides: the last
  std::int64_t every = 10;                         ///< for levels = every: the last level and each n-th before it
  std::vector<std::string> properties{"default"};  ///< names of fields, or "default" or "all"
  double m_star_min_msun = 0, m_vir_min_msun = 0;  ///< galaxies below either are left out
  std::int64_t compression = 0;                    ///< deflate level; 0 writes in parallel
};
extern const std::vector<Parameter<Parameters>> rows;

/// Which levels are written, and what was asked for in vain.
struct LevelChoice {
  std::vector<bool> written;     ///< one entry per level
  std::vector<double> before{};  ///< redshifts asked for, but earlier than the first level
  std::vector<double> after{};   ///< redshifts asked for, but later than the last level
};

/// The choice for a forest whose levels have these (falling) redshifts. For levels = redshifts the level nearest in
/// redshift is taken, and always the last one; a redshift before the first level or after the last one (by more than
/// half the spacing there) selects nothing.
LevelChoice choose_levels(const Parameters& parameters, const std::vector<double>& redshift);

}  // namespace cecropia::output
