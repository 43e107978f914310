// Discs of a population shared out over ranks.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "cecropia/parallel/each.hpp"
#include "testing/feature_row.hpp"
#include "unit/disc/model.hpp"

namespace cecropia::disc {
namespace {

using testing_disc::follow;
using testing_disc::planck;

TEST(PopulationOverRanks, HasTheSameBytesAsOnOneRank) {
  const auto disc_of = [](std::size_t i) {
    Parameters p;
    p.mesh.n_rings = 12;
    const auto moment = follow(p, std::pow(10.0, 10.0 + 0.5 * static_cast<double>(i)), {6.0}, 4.0).front();
    const Light light = light_of_disc(RingGrid(p.mesh), moment.rings, planck(), moment.z);
    return std::array{moment.m_halo_msun,       moment.totals.gas_msun,
                      moment.totals.stars_msun, moment.totals.metals_msun,
                      moment.totals.dust_msun,  moment.totals.star_formation_msun_myr,
                      light.m_uv_intrinsic,     light.m_uv,
                      light.r_half_pc,          light.flux_158_ujy};
  };
  const auto shared = parallel::each(parallel::Communicator::world(), 7, disc_of);
  const auto alone = parallel::each(parallel::Communicator::self(), 7, disc_of);
  ASSERT_EQ(shared.size(), 7u);
  const std::size_t bytes = sizeof(shared[0]) * shared.size();
  const auto *a = reinterpret_cast<const unsigned char*>(shared.data()),
             *b = reinterpret_cast<const unsigned char*>(alone.data());
  std::size_t different = 0;
  for (std::size_t i = 0; i < bytes; ++i) different += a[i] != b[i];
  testing_rows::row_near("4.17", "bytes of 7 discs that differ from those of one rank", static_cast<double>(different),
                         0, 0);
  EXPECT_GT(shared[6][5], shared[0][5]);
}

TEST(PopulationOverRanks, MayBeSmallerThanTheNumberOfRanks) {
  const auto world = parallel::Communicator::world();
  EXPECT_EQ(parallel::each(world, 1, [](std::size_t i) { return 10 + i; }), std::vector<std::size_t>{10});
  EXPECT_TRUE(parallel::each(world, 0, [](std::size_t i) { return i; }).empty());
}

}  // namespace
}  // namespace cecropia::disc
