#include "cecropia/model/clocks.hpp"

#include <gtest/gtest.h>

#include "cecropia/core/error.hpp"

namespace {
using namespace cecropia;
using model::Calendar;
using model::History;

stars::Kind star(double lifetime_myr) {
  stars::Kind k{};
  k.mass_msun = 20.0f;
  k.lifetime_myr = static_cast<float>(lifetime_myr);
  k.m_loss_msun = 18.0f;
  k.q_1e48_per_s = 2.0f;
  k.e_sn_1e51_erg = 1.0f;
  k.ejecta_msun[metal_o] = 1.5f;
  k.fate = stars::Fate::ccsn;
  return k;
}

TEST(Calendar, StarsDieAtTheGridTimeNearestToTheirOwn) {
  Calendar c(1.0, 100.0, 20.0);
  c.add(star(9.4), 3, 100.0, 100.0, false);  // dies at 109.4 -> 109
  EXPECT_EQ(c.take(100.0, 108.999).e_1e51_erg, 0.0f);
  EXPECT_TRUE(c.alive_after(108.999));
  const auto dead = c.take(108.999, 109.0);
  EXPECT_FLOAT_EQ(dead.e_1e51_erg, 3.0f);
  EXPECT_FLOAT_EQ(dead.returned_msun, 54.0f);
  EXPECT_FLOAT_EQ(dead.metals_msun[metal_o], 4.5f);
  EXPECT_EQ(dead.ccsn, 3u);
  EXPECT_FALSE(c.alive_after(109.0));
  EXPECT_EQ(c.take(108.0, 200.0).e_1e51_erg, 0.0f) << "a star dies once";
}

TEST(Calendar, TakesTheSameWhetherTheStepsAreLongOrShort) {
  Calendar a(1.0, 100.0, 20.0), b(1.0, 100.0, 20.0);
  for (int i = 0; i < 50; ++i) {
    a.add(star(2.0 + 0.9 * i), 1, 500.3, 500.3, false);
    b.add(star(2.0 + 0.9 * i), 1, 500.3, 500.3, false);
  }
  double slow = 0, fast = 0;
  for (double t = 500.0; t < 600.0; t += 0.25) slow += static_cast<double>(a.take(t, t + 0.25).e_1e51_erg);
  for (double t = 500.0; t < 600.0; t += 20.0) fast += static_cast<double>(b.take(t, t + 20.0).e_1e51_erg);
  EXPECT_EQ(slow, 50.0);
  EXPECT_EQ(fast, 50.0);
}

TEST(Calendar, KeepsThePhotonsOfEachPopulationApartUntilDeath) {
  Calendar c(1.0, 100.0, 20.0);
  c.add(star(5.0), 2, 10.0, 10.0, false);
  c.add(star(7.0), 1, 10.0, 10.0, true);
  EXPECT_DOUBLE_EQ(photons_after(c, 10.0)[0], 4.0);
  EXPECT_DOUBLE_EQ(photons_after(c, 10.0)[1], 2.0);
  EXPECT_DOUBLE_EQ(photons_after(c, 15.0)[0], 0.0);
  EXPECT_DOUBLE_EQ(photons_after(c, 16.9)[1], 2.0);
  EXPECT_DOUBLE_EQ(photons_after(c, 17.0)[1], 0.0);
}

TEST(Calendar, MergingAddsDeathsAtTheirOwnTimes) {
  Calendar a(1.0, 100.0, 20.0), b(1.0, 100.0, 20.0);
  a.add(star(5.0), 1, 10.0, 10.0, false);
  b.add(star(8.0), 2, 10.0, 10.0, false);
  a.merge(b);
  EXPECT_EQ(a.take(10.0, 15.0).ccsn, 1u);
  EXPECT_EQ(a.take(15.0, 18.0).ccsn, 2u);
}

TEST(Calendar, RefusesAStarThatOutlivesIt) {
  Calendar c(1.0, 50.0, 20.0);
  EXPECT_THROW(c.add(star(1000.0), 1, 10.0, 10.0, false), InternalError);
}

// The bug: with a coarse grid a star could be filed to die before its birth, and then died a turn of the ring later.
TEST(Calendar, NoStarIsFiledIntoThePast) {
  Calendar coarse(10.0, 100.0, 20.0);
  EXPECT_THROW(coarse.add(star(2.3), 1, 101.0, 101.0, false), InternalError);
  for (double spacing : {0.1, 0.9, 1.0, 1.5}) {
    Calendar c(spacing, 100.0, 20.0);
    std::int64_t died = 0;
    for (int i = 0; i < 1000; ++i) {
      const double t = 500.0 + 0.0173 * i;
      c.add(star(1.82), 1, t, t, false);
      died += c.take(t, t + 0.0173).ccsn;
    }
    for (double t = 517.3; t < 540.0; t += 0.5) died += c.take(t, t + 0.5).ccsn;
    EXPECT_EQ(died, 1000) << spacing;
  }
}

// The bug: the ring was as long as a life, so that a death after a long step could share its slot with an earlier one.
TEST(Calendar, HoldsTheLongestLifeAfterTheLongestStep) {
  Calendar c(0.9, 108.0, 40.0);
  c.add(star(108.0), 1, 520.0, 500.0, false);
  EXPECT_EQ(c.take(500.0, 540.0).ccsn, 0u);
  EXPECT_EQ(c.take(540.0, 700.0).ccsn, 1u);
}

TEST(History, ASteadyRateIsTheSameInEveryWindow) {
  History h;
  for (double t = 300.25; t < 500.0; t += 0.5) h.add(t, 2.0, 0.5, 0.01);  // 4 Msun/Myr
  for (double t : {500.0, 500.5}) {
    const auto r = h.recent(t);
    EXPECT_NEAR(r.formed_100_msun, 400.0 - 4.0 * (t - 500.0), 0.05);
    EXPECT_NEAR(r.formed_10_msun, 40.0 - 4.0 * (t - 500.0), 0.05);
    EXPECT_NEAR(r.massive_10_msun, r.formed_10_msun * 0.25, 0.02);
    EXPECT_NEAR(r.oxygen_10_msun, r.formed_10_msun * 0.005, 1e-3);
  }
}

TEST(History, ForgetsWhatIsOlderThanItsWindow) {
  History h;
  h.add(100.5, 7.0, 1.0, 0.0);
  EXPECT_FLOAT_EQ(static_cast<float>(h.recent(105.0).formed_10_msun), 7.0f);
  EXPECT_EQ(h.recent(112.0).formed_10_msun, 0.0);
  EXPECT_EQ(h.recent(150.0).formed_100_msun, 7.0);
  EXPECT_EQ(h.recent(202.0).formed_100_msun, 0.0);
  EXPECT_FALSE(h.idle_at(150.0));
  EXPECT_TRUE(h.idle_at(203.0));
}

TEST(History, MergingAlignsTheClocksOfBothGalaxies) {
  History old, young;
  old.add(400.5, 10.0, 2.0, 0.1);
  young.add(480.5, 3.0, 1.0, 0.05);
  History a = old;
  a.merge(young);
  History b = young;
  b.merge(old);
  for (double t : {481.0, 495.0, 501.2}) {
    EXPECT_DOUBLE_EQ(a.recent(t).formed_100_msun, b.recent(t).formed_100_msun) << t;
    EXPECT_DOUBLE_EQ(a.recent(t).formed_10_msun, b.recent(t).formed_10_msun) << t;
  }
  EXPECT_DOUBLE_EQ(a.recent(481.0).formed_100_msun, 13.0);
  EXPECT_DOUBLE_EQ(a.recent(481.0).formed_10_msun, 3.0);
}
}  // namespace
