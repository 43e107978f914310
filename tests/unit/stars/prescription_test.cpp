// The switches of the builder: each one does what its name says, none of them breaks a law, and the default of each is
// the paper's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "cecropia/core/error.hpp"
#include "cecropia/stars/builder.hpp"
#include "cecropia/stars/evolution.hpp"
#include "cecropia/stars/parameters.hpp"
#include "cecropia/stars/remnant.hpp"
#include "testing/refusal.hpp"

namespace {
using namespace cecropia;
using namespace cecropia::stars;
using ::testing::HasSubstr;

const std::vector<double> some_masses{8, 9, 10, 12, 15, 18, 20, 22, 25, 30, 40, 60, 90, 120, 150, 200, 300, 450, 600};

TEST(Prescriptions, ConserveMassInEveryCombination) {
  // build() itself checks every star to 1e-12, and that nothing is negative and lifetimes fall with mass.
  for (RemnantModel remnant : {RemnantModel::delayed, RemnantModel::rapid})
    for (PpisnEnergy energy : {PpisnEnergy::fixed, PpisnEnergy::woosley2017})
      for (double wind_scale : {0.0, 0.5, 1.0, 2.0, 3.0})
        for (double f_mix : {0.0, 0.4, 0.6, 1.0})
          for (double shell : {0.0, 1.0}) {
            BuilderParameters p{.f_mix = f_mix, .x_he_shell_cc = shell, .x_he_shell_pp = shell};
            p.remnant = remnant;
            p.ppisn_energy = energy;
            p.wind_scale = wind_scale;
            EXPECT_NO_THROW(build(p)) << describe(p);
          }
}

TEST(Prescriptions, ConserveMassWhereverTheLimitsOfFatesLie) {
  const struct {
    double wd, ecsn, ppisn, pisn, dbh;
  } list[] = {{8, 8, 32, 64, 135},  {12, 15, 32, 64, 135}, {20, 20, 32, 64, 135},  {8, 10, 20, 20, 20},
              {8, 10, 20, 20, 300}, {8, 10, 20, 300, 300}, {8, 10, 300, 300, 300}, {8, 10, 45, 65, 120}};
  for (RemnantModel remnant : {RemnantModel::delayed, RemnantModel::rapid})
    for (double wind_scale : {0.0, 1.0, 3.0})
      for (const auto& l : list) {
        BuilderParameters p;
        p.m_wd_max_msun = l.wd;
        p.m_ecsn_max_msun = l.ecsn;
        p.m_he_ppisn_msun = l.ppisn;
        p.m_he_pisn_msun = l.pisn;
        p.m_he_dbh_msun = l.dbh;
        p.remnant = remnant;
        p.wind_scale = wind_scale;
        EXPECT_NO_THROW(build(p)) << describe(p);
      }
}

TEST(Prescriptions, OlderTablesConserveMass) {
  for (Model model : {Model::hartwig2022, Model::kobayashi2006, Model::nomoto2013})
    EXPECT_NO_THROW(build({.model = model})) << describe({.model = model});
}

TEST(Prescriptions, RapidExplosionsLeaveNoRemnantsBetweenNeutronStarsAndBlackHoles) {
  BuilderParameters rapid;
  rapid.remnant = RemnantModel::rapid;
  const Tables with_gap = build(rapid), without_gap = build({});
  int in_gap = 0, in_gap_delayed = 0, explode = 0;
  for (std::size_t i = 0; i < with_gap.n_z(); ++i)
    for (std::size_t j = 0; j < with_gap.n_m(); ++j) {
      const Star &r = with_gap.at(i, j), &d = without_gap.at(i, j);
      in_gap += r.fate == Fate::ccsn && r.m_rem_gravitational_msun > 2.2 && r.m_rem_gravitational_msun < 5.0;
      in_gap_delayed += d.fate == Fate::ccsn && d.m_rem_gravitational_msun > 2.2 && d.m_rem_gravitational_msun < 5.0;
      explode += r.fate == Fate::ccsn && r.m_co_msun >= 7.0;
      if (r.fate == Fate::ccsn || r.fate == Fate::fsn) {
        EXPECT_EQ(r.fate == Fate::fsn, r.m_co_msun >= 11.0 || (r.m_co_msun >= 6.0 && r.m_co_msun < 7.0)) << r.m_co_msun;
        EXPECT_EQ(r.f_fallback, rapid_fallback(r.m_co_msun, r.m_fin_msun).f_fallback);
      }
      EXPECT_EQ(r.lifetime_myr, d.lifetime_myr);
    }
  EXPECT_EQ(in_gap, 0);
  EXPECT_GT(in_gap_delayed, 50);
  EXPECT_GT(explode, 50);
}

TEST(Prescriptions, PulsationalSupernovaeTakeTheirEnergyFromTheirHeliumCore) {
  BuilderParameters p;
  p.ppisn_energy = PpisnEnergy::woosley2017;
  const Star s = make_star(90, 1e-4, p), fixed = make_star(90, 1e-4, {});
  ASSERT_EQ(s.fate, Fate::ppisn);
  EXPECT_EQ(fixed.e_sn_erg, 3.3e51);
  EXPECT_NEAR(s.e_sn_erg, 1e51 * (.94 + (.86 - .94) * 0.5 * (s.m_he_msun - 48.0)), 1e38);
  EXPECT_NEAR(s.e_sn_erg, 9.15e50, 1e48);  // M_He = 48.62
  EXPECT_EQ(s.sn_msun, fixed.sn_msun);
  EXPECT_EQ(make_star(150, 1e-4, p).e_sn_erg, make_star(150, 1e-4, {}).e_sn_erg);
  EXPECT_EQ(make_star(15, 1e-4, p).e_sn_erg, make_star(15, 1e-4, {}).e_sn_erg);
}

TEST(Prescriptions, WithoutWindsMassiveStarsKeepTheirMassToTheEnd) {
  BuilderParameters p;
  p.wind_scale = 0.0;
  for (double z : standard_z_grid())
    for (double m : some_masses) {
      const Star s = make_star(m, z, p);
      EXPECT_EQ(s.m_fin_msun, m);
      for (double x : s.wind_msun) EXPECT_EQ(x, 0.0) << m << " " << z;
      EXPECT_EQ(s.wind_new_metals_msun, 0.0);
    }
  EXPECT_EQ(make_star(200, 0.014, p).fate, Fate::pisn) << "a core that winds would have eaten";
  EXPECT_NE(make_star(200, 0.014, {}).fate, Fate::pisn);
  EXPECT_EQ(make_star(5, 0.014, p).wind_msun, make_star(5, 0.014, {}).wind_msun) << "envelopes of white dwarfs";
}

TEST(Prescriptions, TheWindScaleMultipliesTheLogarithmOfTheMassLost) {
  for (double z : standard_z_grid())
    for (double m : some_masses) {
      const double depth = std::log(m / final_mass_msun(m, z));
      double last = m * (1.0 + 1e-12);
      for (double scale : {0.0, 0.3, 0.5, 1.0, 1.5, 2.0, 3.0}) {
        const double m_fin = final_mass_msun(m, z, scale);
        EXPECT_LE(m_fin, last);
        last = m_fin;
        const double free = m * std::exp(-scale * depth);
        if (scale <= 1.0 || free > 4.0)
          EXPECT_NEAR(m_fin, free, 1e-9 * m) << m << " " << z << " " << scale;
        else  // no star is stripped below 4 Msun by more than the fit does
          EXPECT_NEAR(m_fin, std::min(final_mass_msun(m, z), 4.0), 1e-9) << m << " " << z << " " << scale;
      }
    }
}

TEST(Prescriptions, AWindScaleOfOneChangesNoBit) {
  for (double z : standard_z_grid())
    for (double m : standard_m_grid_msun()) EXPECT_EQ(final_mass_msun(m, z, 1.0), final_mass_msun(m, z));
}

TEST(Prescriptions, StrongerWindsUncoverMoreOfTheHeliumCoreAndLeaveLessOfIt) {
  BuilderParameters strong;
  strong.wind_scale = 2.0;
  for (double m : {25.0, 40.0}) {
    EXPECT_GT(make_star(m, 0.014, strong).wind_metals_msun(), make_star(m, 0.014, {}).wind_metals_msun()) << m;
    EXPECT_LE(make_star(m, 0.014, strong).m_he_msun, make_star(m, 0.014, {}).m_he_msun) << m;
  }
  const Cores weak = final_cores(60, 0.014), strongly_stripped = final_cores(60, 0.014, 2.0);
  const double stripped = weak.m_he_max / weak.m_fin;  // both are set by winds there
  EXPECT_NEAR(strongly_stripped.m_he_max / strongly_stripped.m_fin, stripped * stripped, 1e-12);
}

TEST(Prescriptions, NumbersOutsideTheirRangesAreRefused) {
  const auto with = [](double BuilderParameters::*member, double value) {
    BuilderParameters p;
    p.*member = value;
    return p;
  };
  EXPECT_THROW(build(with(&BuilderParameters::wind_scale, -0.1)), InputError);
  EXPECT_THROW(build(with(&BuilderParameters::wind_scale, 3.1)), InputError);
  EXPECT_THROW(build(with(&BuilderParameters::wind_scale, std::nan(""))), InputError);
  EXPECT_THROW(build(with(&BuilderParameters::f_mix, 1.1)), InputError);
  EXPECT_THROW(build(with(&BuilderParameters::x_he_shell_cc, -0.1)), InputError);
  EXPECT_THROW(build(with(&BuilderParameters::x_he_shell_pp, 2.0)), InputError);
}

TEST(Prescriptions, AreToldInTheSourceOfTheTables) {
  BuilderParameters p;
  p.remnant = RemnantModel::rapid;
  p.ppisn_energy = PpisnEnergy::woosley2017;
  p.wind_scale = 0.5;
  const std::string source = build(p).source();
  for (const char* word : {"rapid fallback", "remnant=rapid", "ppisn_energy=woosley2017", "wind_scale=0.5"})
    EXPECT_NE(source.find(word), std::string::npos) << word;
}

TEST(Prescriptions, ThatHaveNoEffectAreRefused) {
  const auto changed = [](std::string_view key, const Value& value) {
    Parameters p;
    for (const Parameter<Parameters>& row : rows)
      if (row.key == key) row.store(p, value);
    return p;
  };
  EXPECT_NO_THROW(check_tables({}));
  const std::vector<std::pair<std::string_view, Value>> switches{{"f_mix", 0.5},
                                                                 {"x_he_shell_cc", 0.1},
                                                                 {"m_he_pisn_msun", 60.0},
                                                                 {"e_pisn_1e51_erg", 30.0},
                                                                 {"remnant", std::string("rapid")},
                                                                 {"ppisn_energy", std::string("woosley2017")},
                                                                 {"wind_scale", 0.0}};
  for (const auto& [key, value] : switches) {
    EXPECT_NO_THROW(check_tables(changed(key, value))) << key;
    for (Model model : {Model::hartwig2022, Model::kobayashi2006, Model::nomoto2013}) {
      Parameters p = changed(key, value);
      p.tables = model;
      EXPECT_THROW(check_tables(p), InputError) << key;
    }
    Parameters p = changed(key, value);
    p.table_file = "tables.h5";
    EXPECT_THROW(check_tables(p), InputError) << key;
  }
  Parameters p = changed("e_ppisn_1e51_erg", 2.0);
  EXPECT_NO_THROW(check_tables(p));
  p.ppisn_energy = PpisnEnergy::woosley2017;
  EXPECT_THAT(cecropia::testing::refusal([&] { check_tables(p); }),
              HasSubstr("an energy only where energies are fixed"));
}

TEST(Prescriptions, AModelAndAFileOfTablesTogetherAreRefused) {
  for (Model model : {Model::hartwig2022, Model::kobayashi2006, Model::nomoto2013}) {
    Parameters p;
    p.tables = model;
    EXPECT_NO_THROW(check_tables(p));
    p.table_file = "tables.h5";
    EXPECT_THAT(cecropia::testing::refusal([&] { check_tables(p); }),
                HasSubstr("one of the two: the stars come from the file, or from a model"));
  }
}

TEST(Prescriptions, OfTheTablesLeaveTheImfsAlone) {
  Parameters p;
  p.tables = Model::nomoto2013;
  p.imf2_max_msun = 100.0;
  p.m_massive_msun = 8.0;
  EXPECT_NO_THROW(check_tables(p));
  p.tables = Model::standard;
  p.table_file = "tables.h5";
  EXPECT_NO_THROW(check_tables(p));
}

}  // namespace
