#include "cecropia/model/clocks.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "cecropia/core/error.hpp"

namespace {
using namespace cecropia;
using model::Calendar;
using model::History;
using model::LightCalendar;

stars::Kind star(double lifetime_myr, stars::Fate fate = stars::Fate::ccsn) {
  stars::Kind k{};
  k.mass_msun = 20.0f;
  k.lifetime_myr = static_cast<float>(lifetime_myr);
  k.m_loss_msun = 18.0f;
  k.q_1e48_per_s = 2.0f;
  k.e_sn_1e51_erg = 1.0f;
  k.ejecta_msun[metal_o] = 1.5f;
  k.q_lw_1e48_per_s = 3.0f;
  k.l_uv_1e20_erg_s_hz = 5.0f;
  k.fate = fate;
  return k;
}

/// `count` stars of one kind.
template <class Ring>
void add(Ring& ring, const stars::Kind& kind, std::int64_t count, double t_birth_myr, double t_now_myr, bool iii) {
  const model::Born one{&kind, count};
  ring.add({&one, 1}, t_birth_myr, t_now_myr, iii);
}

TEST(Calendar, StarsDieAtTheGridTimeNearestToTheirOwn) {
  Calendar c(1.0, 100.0, 20.0);
  add(c, star(9.4), 3, 100.0, 100.0, false);  // dies at 109.4 -> 109
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
    add(a, star(2.0 + 0.9 * i), 1, 500.3, 500.3, false);
    add(b, star(2.0 + 0.9 * i), 1, 500.3, 500.3, false);
  }
  double slow = 0, fast = 0;
  for (double t = 500.0; t < 600.0; t += 0.25) slow += static_cast<double>(a.take(t, t + 0.25).e_1e51_erg);
  for (double t = 500.0; t < 600.0; t += 20.0) fast += static_cast<double>(b.take(t, t + 20.0).e_1e51_erg);
  EXPECT_EQ(slow, 50.0);
  EXPECT_EQ(fast, 50.0);
}

TEST(Calendar, KeepsThePhotonsOfEachPopulationApartUntilDeath) {
  Calendar c(1.0, 100.0, 20.0);
  add(c, star(5.0), 2, 10.0, 10.0, false);
  add(c, star(7.0), 1, 10.0, 10.0, true);
  EXPECT_DOUBLE_EQ(photons_after(c, 10.0)[0], 4.0);
  EXPECT_DOUBLE_EQ(photons_after(c, 10.0)[1], 2.0);
  EXPECT_DOUBLE_EQ(photons_after(c, 15.0)[0], 0.0);
  EXPECT_DOUBLE_EQ(photons_after(c, 16.9)[1], 2.0);
  EXPECT_DOUBLE_EQ(photons_after(c, 17.0)[1], 0.0);
}

TEST(Calendar, MergingAddsDeathsAtTheirOwnTimes) {
  Calendar a(1.0, 100.0, 20.0), b(1.0, 100.0, 20.0);
  add(a, star(5.0), 1, 10.0, 10.0, false);
  add(b, star(8.0), 2, 10.0, 10.0, false);
  a.merge(b);
  EXPECT_EQ(a.take(10.0, 15.0).ccsn, 1u);
  EXPECT_EQ(a.take(15.0, 18.0).ccsn, 2u);
}

TEST(Calendar, RefusesAStarThatOutlivesIt) {
  Calendar c(1.0, 50.0, 20.0);
  EXPECT_THROW(add(c, star(1000.0), 1, 10.0, 10.0, false), InternalError);
}

// The bug: with a coarse grid a star could be filed to die before its birth, and then died a turn of the ring later.
TEST(Calendar, NoStarIsFiledIntoThePast) {
  Calendar coarse(10.0, 100.0, 20.0);
  EXPECT_THROW(add(coarse, star(2.3), 1, 101.0, 101.0, false), InternalError);
  for (double spacing : {0.1, 0.9, 1.0, 1.5}) {
    Calendar c(spacing, 100.0, 20.0);
    std::int64_t died = 0;
    for (int i = 0; i < 1000; ++i) {
      const double t = 500.0 + 0.0173 * i;
      add(c, star(1.82), 1, t, t, false);
      died += c.take(t, t + 0.0173).ccsn;
    }
    for (double t = 517.3; t < 540.0; t += 0.5) died += c.take(t, t + 0.5).ccsn;
    EXPECT_EQ(died, 1000) << spacing;
  }
}

// The bug: the ring was as long as a life, so that a death after a long step could share its slot with an earlier one.
TEST(Calendar, HoldsTheLongestLifeAfterTheLongestStep) {
  Calendar c(0.9, 108.0, 40.0);
  add(c, star(108.0), 1, 520.0, 500.0, false);
  EXPECT_EQ(c.take(500.0, 540.0).ccsn, 0u);
  EXPECT_EQ(c.take(540.0, 700.0).ccsn, 1u);
}

TEST(Calendar, RefusesMoreStarsThanItsCountersHold) {
  const std::int64_t many = 2000000000;  // two such numbers are below 2^32, three are not
  const auto with = [](std::int64_t n) {
    Calendar c(1.0, 100.0, 20.0);
    add(c, star(5.0), n, 10.0, 10.0, false);
    return c;
  };
  Calendar twice = with(many);
  twice.merge(with(many));
  EXPECT_EQ(with(many).take(14.0, 15.0).died().all(), many);
  EXPECT_THROW(Calendar(twice).take(14.0, 15.0), InputError);
  EXPECT_THROW(with(many).merge(twice), InputError);
  EXPECT_THROW(add(twice, star(5.0), many, 10.0, 10.0, false), InputError);
  EXPECT_THROW(with(std::int64_t{1} << 31), InputError);
  EXPECT_THROW(with(std::int64_t{1} << 33), InputError);
}

const model::LevelTimes& levels() {
  static const model::LevelTimes times({100.0, 107.5, 120.0, 140.0, 180.0});
  return times;
}
LightCalendar light_ring() { return LightCalendar(model::LevelDates(levels()), 110.0, 0.0); }

TEST(LevelTimes, FindTheFirstLevelThatIsNotBeforeATime) {
  EXPECT_EQ(levels().not_before(3.0), 0);
  EXPECT_EQ(levels().not_before(100.0), 0);
  EXPECT_EQ(levels().not_before(100.1), 1);
  EXPECT_EQ(levels().not_before(107.5), 1);
  EXPECT_EQ(levels().not_before(107.6), 2);
  EXPECT_EQ(levels().not_before(179.9), 4);
  EXPECT_EQ(levels().not_before(180.0), 4);
  EXPECT_EQ(levels().not_before(180.5), 5);
  EXPECT_EQ(levels().not_before(1e9), levels().n());
}

TEST(LightCalendar, AStarShinesAtEachLevelBeforeItsOwnDeath) {
  LightCalendar c = light_ring();
  stars::Kind k = star(19.9, stars::Fate::wd);
  add(c, k, 3, 100.2, 100.0, false);  // dies at 120.1
  add(c, k, 1, 100.0, 100.0, true);   // dies at 119.9
  EXPECT_FLOAT_EQ(static_cast<float>(light_after(c, 107.5).q_lw_ii), 3 * k.q_lw_1e48_per_s);
  EXPECT_FLOAT_EQ(static_cast<float>(light_after(c, 107.5).l_uv_iii), k.l_uv_1e20_erg_s_hz);
  EXPECT_EQ(c.take(100.0, 107.5).wd, 0);
  EXPECT_EQ(c.take(107.5, 120.0).wd, 1);
  EXPECT_FLOAT_EQ(static_cast<float>(light_after(c, 120.0).l_uv_ii), 3 * k.l_uv_1e20_erg_s_hz);
  EXPECT_EQ(light_after(c, 120.0).l_uv_iii, 0.0);
  EXPECT_EQ(c.take(120.0, 140.0).wd, 3);
  EXPECT_EQ(light_after(c, 140.0).l_uv_ii, 0.0);
  EXPECT_FALSE(c.alive_after(140.0));
}

TEST(LightCalendar, RemembersHowLongTheDeadOfALevelDidNotShine) {
  LightCalendar c = light_ring();
  add(c, star(19.0), 3, 100.0, 100.0, false);  // 119, one Myr before its level
  add(c, star(16.0), 1, 100.0, 100.0, false);  // 116, four before
  add(c, star(2.5), 1, 101.0, 100.0, true);    // 103.5, four before its level
  const auto early = c.take(100.0, 107.5), late = c.take(107.5, 120.0);
  const double q = static_cast<double>(star(1.0).q_1e48_per_s);
  EXPECT_DOUBLE_EQ(early.unlit_iii, 4.0 * q);
  EXPECT_EQ(early.unlit_ii, 0.0);
  EXPECT_DOUBLE_EQ(late.unlit_ii, 7.0 * q);
  add(c, star(90.0), 1, 130.0, 120.0, false);
  EXPECT_TRUE(std::isfinite(light_after(c, 180.0).q_ion_ii));
}

TEST(LightCalendar, WhatOutlivesTheLastLevelIsAliveThere) {
  LightCalendar c = light_ring();
  add(c, star(90.0, stars::Fate::wd), 7, 130.0, 120.0, false);
  EXPECT_EQ(c.take(120.0, 140.0).wd, 0);
  EXPECT_EQ(c.take(140.0, 180.0).wd, 0);
  EXPECT_TRUE(c.alive_after(180.0));
  EXPECT_GT(light_after(c, 180.0).l_uv_ii, 0.0);
}

TEST(LightCalendar, MergingAddsTheStarsOfEachFateAtTheirOwnLevels) {
  LightCalendar a = light_ring(), b = light_ring();
  add(a, star(5.0, stars::Fate::ppisn), 1, 101.0, 100.0, false);
  add(b, star(5.0, stars::Fate::dbh), 2, 101.0, 100.0, true);
  add(b, star(30.0, stars::Fate::fsn), 4, 101.0, 100.0, false);
  a.merge(b);
  const auto early = a.take(100.0, 107.5), middle = a.take(107.5, 120.0), late = a.take(120.0, 140.0);
  EXPECT_EQ(early.ppisn, 1);
  EXPECT_EQ(early.dbh, 2);
  EXPECT_EQ(early.fsn, 0);
  EXPECT_EQ(middle.died().all(), 0);
  EXPECT_EQ(late.fsn, 4);
  EXPECT_EQ(late.ppisn + late.dbh, 0);
}

TEST(LightCalendar, CountsPairInstabilitySupernovaeByPopulationAtTheirOwnLevels) {
  LightCalendar a = light_ring(), b = light_ring();
  add(a, star(18.9, stars::Fate::pisn), 3, 101.0, 100.0, false);  // 119.9: before the level of 120 Myr
  add(a, star(19.4, stars::Fate::pisn), 5, 101.0, 100.0, true);   // 120.4: the calendar of 1 Myr takes it for 120
  add(b, star(18.9, stars::Fate::pisn), 7, 101.0, 100.0, true);
  add(b, star(18.9, stars::Fate::dbh), 9, 101.0, 100.0, true);
  a.merge(b);
  const model::FateCount early = a.take(100.0, 120.0).died(), late = a.take(120.0, 140.0).died();
  EXPECT_EQ(early.pisn, 10);
  EXPECT_EQ(early.pisn_iii, 7);
  EXPECT_EQ(early.all(), 19) << "those of Population III are counted once";
  EXPECT_EQ(late.pisn, 5);
  EXPECT_EQ(late.pisn_iii, 5);
}

/// Numbers in [0, 1) that fill it evenly.
double spread(int i) { return std::fmod(0.6180339887498949 * i, 1.0); }

TEST(Clocks, EveryStarIsCountedByOneOfTheTwoRingsOnce) {
  model::Clocks a({1.0, 110.0, 40.0, levels()}), b({1.0, 110.0, 40.0, levels()});
  std::int64_t born = 0, died = 0;
  for (int i = 0; i < 700; ++i) {
    const stars::Kind k = star(2.0 + 100.0 * spread(i), static_cast<stars::Fate>(i % 7));
    const model::Born one{&k, 1 + i % 3};
    model::Clocks& clocks = i % 2 == 0 ? a : b;
    const double t = 100.0 + 7.5 * spread(3 * i);
    clocks.add({&one, 1}, t, 100.0, i % 5 == 0);
    born += one.count;
  }
  EXPECT_EQ(a.stars_after(100.0) + b.stars_after(100.0), born);
  for (std::int64_t l = 1; l < levels().n(); ++l) {
    if (l == 2) a.merge(b);
    const double from = levels().at(l - 1), to = levels().at(l);
    for (double t = from; t < to; t += 0.5) died += a.calendar.take(t, t + 0.5).died().all();
    died += a.light.take(from, to).died().all();
    if (l == 1) {
      died += b.calendar.take(from, to).died().all() + b.light.take(from, to).died().all();
      EXPECT_EQ(a.stars_after(to) + b.stars_after(to), born - died);
    } else {
      EXPECT_EQ(a.stars_after(to), born - died) << l;
    }
  }
  EXPECT_GT(a.stars_after(levels().at(4)), 0);
}

TEST(Clocks, LivesOfBothRingsAgreeOnAverage) {
  // The same stars in both rings. Light counts the living exactly; the grid of the calendar is right on average.
  std::vector<double> ages;
  for (int i = 0; i <= 400; ++i) ages.push_back(100.0 + 0.37 * i);
  const model::LevelTimes fine(ages);
  for (double spacing : {0.5, 1.0, 1.5}) {
    model::Clocks c({spacing, 110.0, 1.0, fine});
    std::vector<double> death;
    for (int i = 0; i < 2000; ++i) {
      const double life = 2.0 + 40.0 * spread(i), t = 100.0 + 0.37 * spread(7 * i);
      const stars::Kind k = star(life, stars::Fate::ccsn);
      const model::Born one{&k, 1};
      c.add({&one, 1}, t, 100.0, false);
      death.push_back(t + static_cast<double>(k.lifetime_myr));
    }
    double living_calendar = 0, living_light = 0;
    const auto k = star(2.0, stars::Fate::ccsn);
    for (int l = 0; l < 300; ++l) {
      const double t = ages[static_cast<std::size_t>(l)];
      const auto alive = std::count_if(death.begin(), death.end(), [t](double d) { return d > t; });
      const double shining = light_after(c.light, t).l_uv_ii / static_cast<double>(k.l_uv_1e20_erg_s_hz);
      EXPECT_NEAR(shining, static_cast<double>(alive), 1e-9);
      living_light += shining;
      living_calendar += photons_after(c.calendar, t)[0] / static_cast<double>(k.q_1e48_per_s);
    }
    EXPECT_NEAR(living_calendar / living_light, 1.0, 2e-3) << spacing;
  }
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
