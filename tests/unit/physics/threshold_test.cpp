// Reference numbers: an independent evaluation of the equations (v = 0.8 unless said otherwise).
#include "cecropia/physics/threshold.hpp"

#include <gtest/gtest.h>

namespace {
using namespace cecropia;
using physics::ThresholdFit;

struct Row {
  double z, min_msun, ave_msun;
};

TEST(Threshold, SchauerMassesAgreeWithAnIndependentEvaluation) {
  for (const Row& r : {Row{30, 1.1640e6, 2.2914e6}, Row{25, 1.2404e6, 2.4083e6}, Row{20, 1.5166e6, 2.8184e6},
                       Row{15, 2.8638e6, 4.6344e6}, Row{10, 2.1376e7, 2.2336e7}, Row{6, 2.8836e9, 7.2313e8}}) {
    const double j21 = physics::j21_background(r.z);
    EXPECT_NEAR(physics::schauer_mass_msun(ThresholdFit::schauer_min, j21, 0.8) / r.min_msun, 1.0, 1e-3)
        << "z = " << r.z;
    EXPECT_NEAR(physics::schauer_mass_msun(ThresholdFit::schauer_ave, j21, 0.8) / r.ave_msun, 1.0, 1e-3)
        << "z = " << r.z;
  }
  EXPECT_NEAR(physics::schauer_mass_msun(ThresholdFit::schauer_min, 0.01, 0.0) / 5.2141e5, 1.0, 1e-3);
  EXPECT_NEAR(physics::schauer_mass_msun(ThresholdFit::schauer_ave, 0.01, 0.0) / 1.3101e6, 1.0, 1e-3);
  EXPECT_NEAR(physics::schauer_mass_msun(ThresholdFit::schauer_min, 0.0, 0.0) / 3.6475e5, 1.0, 1e-3);
  EXPECT_NEAR(physics::schauer_mass_msun(ThresholdFit::schauer_min, 0.0, 1.0) / 1.4997e6, 1.0, 1e-3);
  EXPECT_NEAR(physics::schauer_mass_msun(ThresholdFit::schauer_ave, 0.0, 0.0) / 1.0409e6, 1.0, 1e-3);
  EXPECT_NEAR(physics::schauer_mass_msun(ThresholdFit::schauer_ave, 0.0, 1.0) / 2.7121e6, 1.0, 1e-3);
}

TEST(Threshold, TheLymanWernerBackgroundIsOneHundredthAtRedshiftTwenty) {
  EXPECT_NEAR(physics::j21_background(20.0), 0.01, 1e-12);
  EXPECT_NEAR(physics::j21_background(30.0), 1e-4, 1e-14);
}

TEST(Threshold, IsCappedAtTheAtomicCoolingMass) {
  const cosmology::Cosmology c;
  const double m_atom = cosmology::mass_at_t_vir_msun(c, 1e4, 6.0);
  EXPECT_NEAR(m_atom / 1.611e8, 1.0, 1e-3);
  EXPECT_EQ(physics::critical_mass_msun(ThresholdFit::schauer_ave, physics::j21_background(6.0), 0.8, m_atom, false),
            m_atom);
}

TEST(Threshold, IonisedRegionsNeedAtomicCooling) {
  EXPECT_EQ(physics::critical_mass_msun(ThresholdFit::schauer_ave, physics::j21_background(20.0), 0.8, 3e7, true), 3e7);
  EXPECT_LT(physics::critical_mass_msun(ThresholdFit::schauer_ave, physics::j21_background(20.0), 0.8, 3e7, false),
            3e7);
}

TEST(Threshold, StreamingNeverLowersTheMinimumMassInStrongRadiation) {
  EXPECT_EQ(physics::schauer_mass_msun(ThresholdFit::schauer_min, 100.0, 2.0),
            physics::schauer_mass_msun(ThresholdFit::schauer_min, 100.0, 0.0));
}

TEST(Threshold, WithoutAFitOnlyAtomicCoolingCounts) {
  EXPECT_EQ(physics::critical_mass_msun(ThresholdFit::atomic, 0.01, 0.8, 3e7, false), 3e7);
}
}  // namespace
