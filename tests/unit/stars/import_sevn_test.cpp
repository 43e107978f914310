// Track tables in the layout of SEVN, and what becomes of a track.
#include <gmock/gmock.h>

#include <cmath>
#include <map>

#include "cecropia/core/constants.hpp"
#include "cecropia/stars/builder.hpp"
#include "cecropia/stars/ejecta.hpp"
#include "cecropia/stars/light.hpp"
#include "cecropia/stars/remnant.hpp"
#include "cecropia/stars/track.hpp"
#include "products.hpp"

namespace {
using namespace cecropia;
using namespace cecropia::stars;
using namespace cecropia::testing_stars;
using testing::AllOf;
using testing::HasSubstr;

struct One {
  double m, life, m_fin, m_he, m_co, l, r;
};
const std::vector<One> tracks{{0.9, 2e4, 0.6, 0.5, 0.4, 1, 1}, {5, 100, 4.9, 1.2, 0.6, 600, 3},
                              {9, 32, 8.5, 2.7, 1.4, 4e3, 4},  {20, 9.5, 18, 7, 4.8, 5e4, 6},
                              {60, 4, 30, 25, 21, 6e5, 10},    {150, 2.8, 110, 80, 75, 3e6, 15}};

/// Files of one metallicity: `n` moments, mass and surface linear in time, cores that grow to the end.
std::map<std::string, std::string> files_of(double z, int n = 5) {
  std::map<std::string, std::string> files;
  const auto add = [&](const char* name, double x) { files[name] += fmt::format(" {:.10e}", x); };
  int k = 0;
  for (const One& o : tracks) {
    const int moments = n + k++;  // lines of different lengths
    for (int i = 0; i < moments; ++i) {
      const double x = static_cast<double>(i) / (moments - 1);
      add("time.dat", o.life * x);
      add("mass.dat", o.m + (o.m_fin - o.m) * x);
      add("mhe.dat", o.m_he * x);
      add("mco.dat", o.m_co * x * x);
      add("lumi.dat", o.l);
      add("radius.dat", o.r);
      add("hsup.dat", 0.7 - z - 0.2 * x);
      add("hesup.dat", 0.3 + 0.2 * x);
      add("csup.dat", 0.2 * z * (1 - x));
      add("nsup.dat", 0.1 * z + 0.2 * z * x);
      add("osup.dat", 0.4 * z);
    }
    for (auto& [name, text] : files) text += '\n';
  }
  files["phase.dat"] = "0 0.0 1 1.0\n";
  return files;
}

/// The line of times of a star with this lifetime [Myr].
std::string times_line(double life_myr, int moments) {
  std::string line;
  for (int i = 0; i < moments; ++i)
    line += fmt::format(" {:.10e}", life_myr * (static_cast<double>(i) / (moments - 1)));
  return line + "\n";
}

class Sevn : public testing::Test {
 protected:
  void SetUp() override {
    for (const auto& [name, z] : {std::pair("0008", 0.008), std::pair("001", 0.01)})
      for (const auto& [file, text] : files_of(z)) put(folder / "tables" / name / file, text);
  }
  /// What is said of a fault in the line of 20 Msun.
  std::string said(const std::string& file, const std::string& from, const std::string& to) {
    std::string text = files_of(0.008)[file];
    std::size_t begin = 0;
    for (int row = 1; row < 4; ++row) begin = text.find('\n', begin) + 1;
    const std::size_t end = text.find('\n', begin) + 1;
    text.replace(begin, end - begin, with(text.substr(begin, end - begin), from, to));
    put(folder / "tables/0008" / file, text);
    const std::string message = refusal({folder / "tables"});
    put(folder / "tables/0008" / file, files_of(0.008)[file]);
    return message;
  }
  Scratch folder;
};

// IMP-3
TEST_F(Sevn, LifetimesCoresWindsAndLightAreThoseOfTheTracks) {
  const Import i = import_of({folder / "tables"});
  EXPECT_EQ(i.report.format, "sevn");
  ASSERT_EQ(i.tables.n_z(), 2u);
  for (const double z : {0.008, 0.01})
    for (const One& o : tracks) {
      if (o.m < 9) continue;
      const Star& s = star_at(i.tables, o.m, z);
      EXPECT_NEAR(s.lifetime_myr, o.life, 1e-9 * o.life);
      EXPECT_NEAR(s.m_fin_msun, o.m_fin, 1e-9 * o.m);
      EXPECT_NEAR(s.m_he_msun, o.m_he, 1e-9 * o.m);
      EXPECT_NEAR(s.m_co_msun, o.m_co, 1e-9 * o.m);
      const double lost = o.m - o.m_fin;  // the surface is linear in the lost mass: its mean is that of the ends
      EXPECT_NEAR(s.wind_msun[slot(Slot::H)], lost * (0.6 - z), 1e-8 * o.m);
      EXPECT_NEAR(s.wind_msun[slot(Slot::He)], lost * 0.4, 1e-8 * o.m);
      EXPECT_NEAR(s.wind_msun[slot(Slot::N)], lost * 0.2 * z, 1e-9 * o.m);
      const Elements& mix = solar_metal_mix();
      double heavy = 0;
      for (std::size_t e = slot(Slot::Ne); e < n_slots; ++e) heavy += mix[e];
      EXPECT_NEAR(s.wind_msun[slot(Slot::Fe)], lost * 0.3 * z * mix[slot(Slot::Fe)] / heavy, 1e-8 * o.m);
      const double t = effective_temperature_k(o.l, o.r);
      EXPECT_NEAR(s.log10_q_per_s,
                  std::log10(o.l * constants::lsun_erg_s * photons_per_erg(t, 13.6)) + ionising_correction_dex(t),
                  1e-6);
      EXPECT_NEAR(s.log10_q_lw_per_s, s.log10_q_per_s + std::log10(lyman_werner_per_ionising(t)), 1e-6);
      EXPECT_NEAR(s.log10_l_uv_erg_s_hz, std::log10(o.l * constants::lsun_erg_s * uv_per_luminosity(t)), 1e-6);
      EXPECT_LT(mass_error(s), 1e-12);
    }
}

TEST_F(Sevn, EndsFollowFromTheLastCoresByThePrescriptions) {
  const Import i = import_of({folder / "tables"});
  EXPECT_EQ(star_at(i.tables, 9, 0.008).fate, Fate::ecsn);
  const Star& s = star_at(i.tables, 20, 0.008);
  EXPECT_EQ(s.fate, Fate::ccsn);
  const Fallback f = delayed_fallback(s.m_co_msun, s.m_fin_msun);
  EXPECT_NEAR(s.m_rem_baryonic_msun, f.m_rem_msun, 1e-12);
  const Explosion e = ccsn_explosion(0.008, {s.m_fin_msun, s.m_he_msun, s.m_co_msun, s.m_he_msun}, {});
  for (std::size_t k = 0; k < n_slots; ++k) EXPECT_NEAR(s.sn_msun[k], e.ejecta.mass_msun[k], 1e-12);
  EXPECT_EQ(star_at(i.tables, 60, 0.008).fate, Fate::fsn);
  EXPECT_EQ(star_at(i.tables, 150, 0.008).fate, Fate::pisn);
  BuilderParameters other;
  other.m_he_pisn_msun = 90;
  const Import later =
      make_tables(read_product({folder / "tables"}, Layout::sevn, {}, other), Fill::standard, {}, other);
  EXPECT_EQ(star_at(later.tables, 150, 0.008).fate, Fate::ppisn);
}

TEST_F(Sevn, LightStarsLoseTheirEnvelopeAndLeaveWhiteDwarfs) {
  const Import i = import_of({folder / "tables"});
  const Star& s = star_at(i.tables, 5, 0.01);
  EXPECT_EQ(s.fate, Fate::wd);
  EXPECT_NEAR(s.m_rem_baryonic_msun, white_dwarf_mass_msun(5), 1e-12);
  // 0.1 Msun along the track, the rest with the surface of its end
  EXPECT_NEAR(s.wind_msun[slot(Slot::He)], 0.1 * 0.4 + (4.9 - white_dwarf_mass_msun(5)) * 0.5, 1e-9);
  EXPECT_THAT(describe(i.report, i.tables), HasSubstr("2 stars outside of 2 to 600 Msun"));  // 0.9 Msun, twice
}

TEST_F(Sevn, OneFolderIsAProductAsWell) {
  EXPECT_EQ(import_of({folder / "tables/001"}).tables.z_grid(), std::vector<double>{0.01});
  EXPECT_EQ(import_of({folder / "tables/001", folder / "tables/0008/"}).tables.n_z(), 2u);
  std::filesystem::rename(folder / "tables/001", folder / "tables/0.01");
  EXPECT_EQ(import_of({folder / "tables"}).tables.z_grid()[1], 0.01);
}

TEST_F(Sevn, AFaultIsNamedWithFileRowAndColumn) {
  EXPECT_THAT(said("mass.dat", "2.0000000000e+01", "2.0000000000e+0l"),
              AllOf(HasSubstr("0008/mass.dat, row 4, column '1'"), HasSubstr("2.0000000000e+0l")));
  EXPECT_THAT(said("mhe.dat", "7.0000000000e+00\n", "nan\n"), AllOf(HasSubstr("mhe.dat, row 4"), HasSubstr("finite")));
  EXPECT_THAT(said("csup.dat", "1.6000000000e-03", "-1.6000000000e-03"), HasSubstr("negative"));
  EXPECT_THAT(said("lumi.dat", " 5.0000000000e+04\n", "\n"),
              AllOf(HasSubstr("lumi.dat, row 4"), HasSubstr("7 values, and 8")));
  EXPECT_THAT(said("time.dat", "9.5000000000e+00\n", "9.5000000000e+06\n"), HasSubstr("lifetime of 9500000 Myr"));
  EXPECT_THAT(said("time.dat", "9.5000000000e+00\n", "1.0\n"),
              AllOf(HasSubstr("time.dat, row 4, column '8'"), HasSubstr("falls")));
  EXPECT_THAT(said("time.dat", times_line(9.5, 8), " 0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.0\n"),
              HasSubstr("the track has 8 moments and no duration"));
  EXPECT_THAT(said("mass.dat", "1.8000000000e+01\n", "1.9e+01\n"), HasSubstr("mass rises"));
  EXPECT_THAT(said("mhe.dat", "7.0000000000e+00\n", "2.7e+01\n"), HasSubstr("heavier than its star"));
  EXPECT_THAT(said("hsup.dat", "6.9200000000e-01", "6.92e-02"), HasSubstr("the folder says Z = 0.008"));
  EXPECT_THAT(said("hesup.dat", "5.0000000000e-01\n", "5.1e-01\n"),
              HasSubstr("the surface fractions of H, He, C, N, O add up to 1.0"));
  EXPECT_THAT(said("radius.dat", "6.0000000000e+00", "0.0"),
              AllOf(HasSubstr("radius.dat, row 4"), HasSubstr("the value is 0")));
  EXPECT_THAT(said("mco.dat", "4.8000000000e+00\n", "0.0\n"), HasSubstr("ends without a carbon-oxygen core"));
  std::filesystem::remove(folder / "tables/001/nsup.dat");
  EXPECT_THAT(refusal({folder / "tables"}), AllOf(HasSubstr("001/nsup.dat"), HasSubstr("file is missing")));
  std::filesystem::rename(folder / "tables/001", folder / "tables/solar");
  EXPECT_THAT(refusal({folder / "tables"}), HasSubstr("'solar' of the folder is no metallicity"));
  std::filesystem::remove_all(folder / "tables/solar");
  put(folder / "tables/0008/mass.dat", with(files_of(0.008)["mass.dat"], "\n", "\n\n").substr(0, 400));
  EXPECT_THAT(refusal({folder / "tables"}), HasSubstr("tracks are in it, and 6 in time.dat"));
}

TEST(SevnImport, AStarThatThePrescriptionsCannotEndIsNamed) {
  const Scratch folder;  // an electron-capture supernova that has less to throw out than its iron
  for (const auto& [name, line] : std::map<std::string, std::string>{{"time", "0 32"},
                                                                     {"mass", "9 1.381"},
                                                                     {"mhe", "0 0.1"},
                                                                     {"mco", "0 0.05"},
                                                                     {"lumi", "4e3 4e3"},
                                                                     {"radius", "4 4"},
                                                                     {"hsup", "0.7 0.7"},
                                                                     {"hesup", "0.292 0.292"},
                                                                     {"csup", "2e-3 2e-3"},
                                                                     {"nsup", "1e-3 1e-3"},
                                                                     {"osup", "3e-3 3e-3"}})
    put(folder / "0008" / (name + ".dat"), line + "\n");
  EXPECT_THAT(refusal({folder.path()}), AllOf(HasSubstr("mass.dat, row 1"), HasSubstr("9 Msun"),
                                              HasSubstr("cannot explode by the prescriptions")));
}

TEST(Track, TheSunHasItsTemperatureAndABlackbodyItsPhotons) {
  EXPECT_NEAR(effective_temperature_k(1, 1), 5772, 1e-9);
  EXPECT_NEAR(effective_temperature_k(16, 1), 2 * 5772, 1e-9);
  EXPECT_NEAR(effective_temperature_k(16, 4), 5772, 1e-9);
}

TEST(Track, ASurfaceIsCompletedWithSolarMetalsAndNeverHoldsMoreThanAll) {
  const Elements born = surface_composition(0.7, 0.28, 0.004, 0.001, 0.009);
  double sum = 0;
  for (double x : born) sum += x;
  EXPECT_NEAR(sum, 1, 1e-15);
  EXPECT_NEAR(born[slot(Slot::Ne)] / born[slot(Slot::Fe)],
              solar_metal_mix()[slot(Slot::Ne)] / solar_metal_mix()[slot(Slot::Fe)], 1e-12);
  sum = 0;
  for (double x : surface_composition(0.7, 0.3, 0.001, 0, 0)) sum += x;
  EXPECT_NEAR(sum, 1, 1e-15);
}

TEST(Track, LightIsTheMeanOverTheWholeLife) {
  // hot for a quarter of the life, cold afterwards
  const Elements x = initial_composition(0.01);
  const double l = 1e5, hot = 3, cold = 300;
  const std::vector<TrackPoint> track{
      {0, 30, 0, 0, l, hot, x}, {2, 30, 5, 0, l, hot, x}, {2, 30, 5, 0, l, cold, x}, {8, 28, 9, 7, l, cold, x}};
  const double t = effective_temperature_k(l, hot);
  const double q = l * constants::lsun_erg_s * photons_per_erg(t, 13.6) * std::pow(10, ionising_correction_dex(t));
  EXPECT_NEAR(light_of(track).log10_q_per_s, std::log10(q / 4), 1e-9);
  EXPECT_EQ(light_of({{0, 2, 0, 0, 1, 10, x}, {1, 2, 0, 0, 1, 10, x}}).log10_q_per_s, -INFINITY);  // 1825 K
}

TEST_F(Sevn, RadiiInAnotherUnitAreRefusedNotTakenForDarkStars) {
  std::string in_cm = files_of(0.008)["radius.dat"];
  for (std::size_t at = in_cm.find("e+0"); at != std::string::npos; at = in_cm.find("e+0", at + 3)) in_cm[at + 2] = '1';
  put(folder / "tables/0008/radius.dat", in_cm);  // 1e10 times the radius
  EXPECT_THAT(refusal({folder / "tables"}),
              AllOf(HasSubstr("a surface of"), HasSubstr("0008/radius.dat, row 2"), HasSubstr("Rsun")));
  put(folder / "tables/0008/radius.dat", files_of(0.008)["radius.dat"]);
  EXPECT_THAT(said("lumi.dat", "5.0000000000e+04", "5.0000000000e-14"), HasSubstr("a surface of"));
}

}  // namespace
