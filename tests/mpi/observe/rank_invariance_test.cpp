// The same galaxies, dealt over any number of ranks, give the same bits.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>

#include "cecropia/core/error.hpp"
#include "unit/observe/synthetic.hpp"

namespace cecropia::observe {
namespace {

/// A few hundred galaxies per level of very different size, by a plain multiplicative generator.
std::vector<model::Galaxy> crowd(double z) {
  std::uint64_t state = static_cast<std::uint64_t>(z * 1000);
  const auto uniform = [&] {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<double>(state >> 11) * 0x1p-53;
  };
  std::vector<model::Galaxy> list;
  for (int i = 0; i < 300; ++i) {
    const double log_m_h = 9 + 3 * uniform(), log_m = 1.46 * log_m_h - 6.8 + 0.2 * uniform();
    auto g = synthetic::galaxy(log_m, std::pow(10, log_m - 8.3 + 0.5 * uniform()), 0.3 * log_m - 3.3 + 0.5 * uniform(),
                               log_m_h, std::pow(10, -2 - 4 * uniform()));
    g.r_galaxy_kpc = 0.1 + uniform();
    g.m_uv_ab = -22 + 8 * uniform();
    g.ccsn_events = 1e6 * uniform();
    g.q_ion_per_s = 1e53 * uniform();
    g.q_lw_iii_per_s = 1e51 * uniform();
    g.l_uv_erg_s_hz = 1e28 * uniform();
    g.fsn_events = 1e4 * uniform();
    list.push_back(g);
  }
  return list;
}

TEST(RankInvariance, EveryNumberOfTheResultsIsTheSameOnOneRankAndOnMany) {
  const auto z = synthetic::redshifts_from(12, 4.5, 0.5);
  const Results alone = synthetic::observe({}, z, crowd, 1647, parallel::Communicator::self());
  const Results shared = synthetic::observe({}, z, crowd, 1647, parallel::Communicator::world());
  ASSERT_EQ(alone.history.size(), shared.history.size());
  for (std::size_t i = 0; i < alone.history.size(); ++i) {  // bits: where nothing can be fitted there is NaN
    const std::vector<double>&one = alone.history[i].values, &many = shared.history[i].values;
    ASSERT_EQ(one.size(), many.size());
    EXPECT_EQ(std::memcmp(one.data(), many.data(), one.size() * sizeof(double)), 0) << alone.history[i].name;
  }
  const auto a = alone.likelihood.list(), b = shared.likelihood.list();
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_TRUE(a[i].second->log10_l) << a[i].first;
    EXPECT_EQ(a[i].second->log10_l, b[i].second->log10_l) << a[i].first;
    EXPECT_EQ(a[i].second->points_used, b[i].second->points_used) << a[i].first;
  }
  const auto s = scalars(alone), t = scalars(shared);
  for (std::size_t i = 0; i < s.size(); ++i) EXPECT_EQ(s[i].value, t[i].value) << s[i].name;
  EXPECT_EQ(to_text(alone), to_text(shared));
}

TEST(Observations, ReadByTheRootAreTheSameOnAllRanks) {
  const auto o = read_observations(synthetic::folder, parallel::Communicator::world());
  EXPECT_EQ(o.sfrd.size(), 12u);
  EXPECT_EQ(o.sfrd.back().reference, "Harikane+2023");
  EXPECT_EQ(o.mzr.size(), 2u);
}

TEST(Observations, AMissingFolderIsRefusedOnAllRanksTogether) {
  EXPECT_THROW(read_observations("/nonexistent", parallel::Communicator::world()), InputError);
}

}  // namespace
}  // namespace cecropia::observe
