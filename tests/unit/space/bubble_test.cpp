#include "cecropia/space/bubble.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "cecropia/core/constants.hpp"

namespace {
using namespace cecropia;
using space::Bubble;
using space::BubbleStep;
using space::ExpandingMedium;

const cosmology::Cosmology cosmos;

/// Second road: the same equations with 4th-order Runge-Kutta of tiny fixed steps and the exact background.
Bubble by_small_steps(const Bubble& start, const BubbleStep& s, double t0, double t1, int n) {
  const double bethe = constants::bethe_erg / constants::msun_kpc2_myr2_erg;
  const double kpc3 = std::pow(constants::kpc_cm, 3) / constants::msun_g;
  const auto rates = [&](double t, double r, double e) {
    const double x = (t - t0) / (t1 - t0), z = cosmos.redshift_at(t);
    const double r_vir = s.r_vir0_kpc + x * (s.r_vir1_kpc - s.r_vir0_kpc);
    const double rho = cosmos.rho_b0_g_cm3() * kpc3 * std::pow(1 + z, 3);
    const double m = s.m_out0_msun + x * (s.m_out1_msun - s.m_out0_msun) +
                     4.0 / 3.0 * constants::pi * (r * r * r - r_vir * r_vir * r_vir) * rho;
    const double flow = cosmos.hubble_per_s(z) * constants::myr_s * r;
    const double sound = s.sound_speed_km_s * 1e5 * constants::myr_s / constants::kpc_cm;
    double v = std::sqrt(4.0 * e * bethe / m);
    const double limit = std::max(flow, sound), share = std::clamp((v / limit - 0.98) / 0.02, 0.0, 1.0);
    v = flow + share * (v - flow);
    return std::pair(v, s.injected_1e51_erg / (t1 - t0) - 2.0 * e * v / r);
  };
  double r = start.radius_ckpc / (1 + cosmos.redshift_at(t0)), e = start.energy_1e51_erg;
  const double h = (t1 - t0) / n;
  for (int i = 0; i < n; ++i) {
    const double t = t0 + i * h;
    const auto [r1, e1] = rates(t, r, e);
    const auto [r2, e2] = rates(t + h / 2, r + h / 2 * r1, e + h / 2 * e1);
    const auto [r3, e3] = rates(t + h / 2, r + h / 2 * r2, e + h / 2 * e2);
    const auto [r4, e4] = rates(t + h, r + h * r3, e + h * e3);
    r += h / 6 * (r1 + 2 * r2 + 2 * r3 + r4);
    e += h / 6 * (e1 + 2 * e2 + 2 * e3 + e4);
  }
  return {r * (1 + cosmos.redshift_at(t1)), e};
}

TEST(Bubble, TheBackgroundOverALevelIsThatOfTheCosmology) {
  for (double t0 : {120.0, 500.0, 1200.0}) {
    const double t1 = t0 * 1.08;
    const ExpandingMedium medium(cosmos, t0, t1);
    for (double x : {0.0, 0.1, 0.5, 0.77, 1.0}) {
      const double t = t0 + x * (t1 - t0), z = cosmos.redshift_at(t);
      EXPECT_NEAR(medium.scale_factor(t) * (1 + z), 1.0, 1e-9);
      EXPECT_NEAR(medium.hubble_per_myr(t) / (cosmos.hubble_per_s(z) * constants::myr_s), 1.0, 1e-7);
    }
  }
}

TEST(Bubble, AFreeSnowplowFollowsTheSelfSimilarSolution) {
  // R^(7/2) = R_0^(7/2) + 7/2 v_0 R_0^(5/2) dt when swept mass dominates: R_0 = 1 kpc, v_0 = 30 km/s, 100 Myr
  // give 2.02117 kpc. An almost static, dense universe realises it: early times, a tiny halo, no outflow to speak of.
  const double t0 = 150.0, t1 = 151.0, z = cosmos.redshift_at(t0);
  const ExpandingMedium medium(cosmos, t0, t1);
  const double rho = medium.baryon_density_msun_kpc3(t0);
  const double v =
      3000 * 1e5 * constants::myr_s / constants::kpc_cm;  // a hundred times the speed in a hundredth of the time
  const double shell = 4.0 / 3.0 * constants::pi * rho;
  const double energy = shell * v * v / 4.0 * constants::msun_kpc2_myr2_erg / constants::bethe_erg;
  const BubbleStep step{.m_out0_msun = 1e-9, .m_out1_msun = 1e-9, .r_vir0_kpc = 1e-4, .r_vir1_kpc = 1e-4};
  const Bubble end = space::grow({1.0 * (1 + z), energy}, step, medium);
  const double r = end.radius_ckpc / (1 + cosmos.redshift_at(t1));
  EXPECT_NEAR(r / 2.02117, 1.0, 2e-3);  // the universe thins out by 2 % meanwhile
  EXPECT_NEAR(
      r / (by_small_steps({1.0 * (1 + z), energy}, step, t0, t1, 20000).radius_ckpc / (1 + cosmos.redshift_at(t1))),
      1.0, 1e-6);
}

TEST(Bubble, GrowthWithInjectionAgreesWithDirectIntegration) {
  struct Case {
    double t0, t1, r0_kpc, e0;
    BubbleStep step;
  };
  const Case cases[] = {
      {500, 520, 5, 50, {1e6, 3e6, 2, 2.1, 400, 1.0}},     {500, 520, 2.0, 10, {1e6, 1.1e6, 2, 2.0, 40, 0.0}},
      {1000, 1046, 30, 3e3, {1e9, 1.2e9, 15, 16, 5e3, 0}}, {180, 190, 0.3, 0.5, {1e3, 2e4, 0.2, 0.22, 3, 1.0}},
      {800, 820, 40, 2e5, {5e8, 5e8, 10, 10.5, 0, 11.7}},
  };
  for (const Case& c : cases) {
    const Bubble start{c.r0_kpc * (1 + cosmos.redshift_at(c.t0)), c.e0};
    const Bubble fast = space::grow(start, c.step, ExpandingMedium(cosmos, c.t0, c.t1));
    const Bubble slow = by_small_steps(start, c.step, c.t0, c.t1, 20000);
    EXPECT_NEAR(fast.radius_ckpc / slow.radius_ckpc, 1.0, 1e-6) << c.t0 << " " << c.r0_kpc;
    EXPECT_NEAR(fast.energy_1e51_erg / slow.energy_1e51_erg, 1.0, 1e-5) << c.t0 << " " << c.r0_kpc;
  }
}

TEST(Bubble, ASlowShellKeepsItsComovingRadius) {
  const ExpandingMedium medium(cosmos, 900, 930);
  const BubbleStep step{
      .m_out0_msun = 1e8, .m_out1_msun = 1e8, .r_vir0_kpc = 5, .r_vir1_kpc = 5, .sound_speed_km_s = 1};
  const Bubble end = space::grow({400.0, 1e-3}, step, medium);
  EXPECT_NEAR(end.radius_ckpc / 400.0, 1.0, 1e-12);
  const double a0 = medium.scale_factor(900), a1 = medium.scale_factor(930);
  EXPECT_NEAR(end.energy_1e51_erg / (1e-3 * a0 * a0 / (a1 * a1)), 1.0, 1e-12);
}

TEST(Bubble, AShellSlowerThanSoundFreezesInHotSurroundingsOnly) {
  const ExpandingMedium medium(cosmos, 300, 310);
  BubbleStep step{.m_out0_msun = 1e6, .m_out1_msun = 1e6, .r_vir0_kpc = 0.2, .r_vir1_kpc = 0.2};
  const double z = cosmos.redshift_at(300);
  // shell at about 5 km/s, faster than the Hubble flow at 0.5 kpc
  const double v = 5 * 1e5 * constants::myr_s / constants::kpc_cm;
  const double energy = 1e6 * v * v / 4 * constants::msun_kpc2_myr2_erg / constants::bethe_erg;
  step.sound_speed_km_s = 11.7;
  EXPECT_NEAR(space::grow({0.5 * (1 + z), energy}, step, medium).radius_ckpc / (0.5 * (1 + z)), 1.0, 1e-12);
  step.sound_speed_km_s = 1.0;
  EXPECT_GT(space::grow({0.5 * (1 + z), energy}, step, medium).radius_ckpc / (0.5 * (1 + z)), 1.01);
}

TEST(Bubble, FreezingOnTheWayAgreesWithDirectIntegration) {
  const BubbleStep step{
      .m_out0_msun = 2e7, .m_out1_msun = 2e7, .r_vir0_kpc = 1, .r_vir1_kpc = 1, .sound_speed_km_s = 11.7};
  const Bubble start{2.0 * (1 + cosmos.redshift_at(600)), 17.0};
  const Bubble fast = space::grow(start, step, ExpandingMedium(cosmos, 600, 640));
  const Bubble slow = by_small_steps(start, step, 600, 640, 40000);
  // a bubble that is fed steadily hangs at the speed of sound
  const BubbleStep fed{2e7, 2.2e7, 1, 1, 8.0, 11.7};
  const Bubble quick = space::grow(start, fed, ExpandingMedium(cosmos, 600, 640));
  const Bubble exact = by_small_steps(start, fed, 600, 640, 40000);
  EXPECT_NEAR(quick.radius_ckpc / exact.radius_ckpc, 1.0, 1e-6);
  EXPECT_NEAR(quick.energy_1e51_erg / exact.energy_1e51_erg, 1.0, 1e-5);
  const Bubble never = space::grow(start, {2e7, 2e7, 1, 1, 0, 0}, ExpandingMedium(cosmos, 600, 640));
  EXPECT_NEAR(fast.radius_ckpc / slow.radius_ckpc, 1.0, 1e-6);
  EXPECT_GT(never.radius_ckpc, 1.01 * fast.radius_ckpc) << "the case does not freeze: choose another";
}

TEST(Bubble, TheFirstOutflowBeginsAtTheVirialRadius) {
  const ExpandingMedium medium(cosmos, 400, 420);
  const BubbleStep weak{
      .m_out1_msun = 1e6, .r_vir0_kpc = 1.0, .r_vir1_kpc = 1.0, .injected_1e51_erg = 1e-9, .sound_speed_km_s = 1};
  EXPECT_NEAR(space::grow({}, weak, medium).radius_ckpc / (1.0 / medium.scale_factor(400)), 1.0, 1e-3);
  BubbleStep strong = weak;
  strong.injected_1e51_erg = 50;
  EXPECT_GT(space::grow({}, strong, medium).radius_ckpc, 2.0 / medium.scale_factor(400));
  const BubbleStep none{.r_vir0_kpc = 1.0, .r_vir1_kpc = 1.0};
  EXPECT_EQ(space::grow({}, none, medium).radius_ckpc, 0.0);
}

TEST(Bubble, BugAnAlmostMasslessOutflowOfGreatEnergyTookForeverToIntegrate) {
  const ExpandingMedium medium(cosmos, 400, 420);
  const BubbleStep step{
      .m_out1_msun = 1e-12, .r_vir0_kpc = 1.0, .r_vir1_kpc = 1.0, .injected_1e51_erg = 1e3, .sound_speed_km_s = 1};
  const Bubble end = space::grow({}, step, medium);
  const double light_kpc = constants::c_cm_s * 20.0 * constants::myr_s / constants::kpc_cm;
  EXPECT_GT(end.radius_ckpc * medium.scale_factor(420), 2.0);
  EXPECT_LT(end.radius_ckpc * medium.scale_factor(420), 1.0 + light_kpc);
  EXPECT_GT(end.energy_1e51_erg, 0.0);
  EXPECT_LT(end.energy_1e51_erg, 1e3);
  EXPECT_DOUBLE_EQ(space::shell_speed_kpc_myr(1e3, 0.0), constants::c_cm_s * constants::myr_s / constants::kpc_cm);
}

TEST(Bubble, IsNeverSmallerThanItsHalo) {
  const ExpandingMedium medium(cosmos, 400, 420);
  const BubbleStep step{
      .m_out0_msun = 1e6, .m_out1_msun = 1e6, .r_vir0_kpc = 1.0, .r_vir1_kpc = 3.0, .sound_speed_km_s = 1};
  EXPECT_GE(space::grow({1.0 / medium.scale_factor(400), 1e-6}, step, medium).radius_ckpc,
            3.0 / medium.scale_factor(420));
}

TEST(Bubble, VolumesAndEnergiesAddInAMerger) {
  const Bubble j = space::joined({3.0, 2.0}, {4.0, 5.0});
  EXPECT_NEAR(std::pow(j.radius_ckpc, 3), 91.0, 1e-12 * 91);
  EXPECT_DOUBLE_EQ(j.energy_1e51_erg, 7.0);
  EXPECT_EQ(space::joined({3.0, 2.0}, {}).radius_ckpc, 3.0);
  EXPECT_EQ(space::joined({}, {3.0, 2.0}).radius_ckpc, 3.0);
}

TEST(Bubble, MetalsAreDilutedByTheGasOfTheSphere) {
  Metals out{};
  out[metal_z] = 2e4;
  out[metal_o] = 1e4;
  const double rho = 40.0;
  const Metals f = space::bubble_metal_fractions({50.0, 1.0}, out, 1e6, rho);
  const double mass = 1e6 + rho * 4.0 / 3.0 * constants::pi * 125000.0;
  EXPECT_NEAR(f[metal_z] * mass, 2e4, 1e-8);
  EXPECT_NEAR(f[metal_o] / f[metal_z], 0.5, 1e-12);
  EXPECT_EQ(space::bubble_metal_fractions({}, out, 1e6, rho)[metal_z], 0.0);
}
}  // namespace
