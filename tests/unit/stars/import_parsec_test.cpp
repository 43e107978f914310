// Products of PARSEC v2.0 very massive stars, in the layout that is known of them.
#include <gmock/gmock.h>

#include <cmath>

#include "cecropia/stars/builder.hpp"
#include "cecropia/stars/evolution.hpp"
#include "products.hpp"

namespace {
using namespace cecropia;
using namespace cecropia::stars;
using namespace cecropia::testing_stars;
using testing::AllOf;
using testing::HasSubstr;

// Composition of what is lost and thrown out, per mass; the columns stand in an order of their own.
const char* const isotopes = "H HE3 HE4 LI7 C12 C13 N14 N15 O16 O17 O18 NE20 NE22 NA23 MG24 MG26 SI28 S CA FE NI";
constexpr double wind_mix[] = {.7,   1e-5, .28 - 1e-5, 0,    3e-3, 1e-3, 2e-3, 0,    8e-3,   1e-4, 1e-4,
                               1e-3, 5e-4, 1e-4,       6e-4, 1e-4, 7e-4, 4e-4, 6e-5, 1.3e-3, 7e-5};
constexpr double core_mix[] = {.3,  0,   .4, 0,   .02, 0,   .01,  0,    .2,   0,   0,
                               .03, .01, 0,  .01, 0,   .01, .004, .001, .004, .001};
constexpr std::size_t n_iso = std::size(wind_mix);
static_assert(std::size(core_mix) == n_iso);

struct One {
  double m, m_fin, m_he, m_co, m_rem, m_bar;
  const char* fate;
};
const std::vector<One> stars_of_z{{12, 11.8, 0, 0, 0, 0, "NOT"},     {14, 13.5, 4.4, 2.5, 1.4, 1.6, "CCSN"},
                                  {40, 36, 16, 12, 35.5, 36, "FSN"}, {90, 70, 44, 40, 39.5, 40, "PPISN"},
                                  {200, 150, 100, 90, 0, 0, "PISN"}, {500, 300, 150, 140, 299.5, 300, "DBH"}};

std::string row_of(const One& s, bool is_total) {
  const double wind = s.m - s.m_fin, thrown = std::string(s.fate) == "NOT" ? 0 : s.m_fin - s.m_bar;
  std::string row = fmt::format("{:.2f} {:.5f} {:.4f} {:.4f}", s.m, s.m_fin, s.m_he, s.m_co);
  if (is_total) row += fmt::format(" {:.5f} {:.5f} {}", s.m_rem, s.m_bar, s.fate);
  for (std::size_t i = 0; i < n_iso; ++i)
    row += fmt::format(" {:.8E}", wind * wind_mix[i] / 0.99903 + (is_total ? thrown * core_mix[i] : 0.0));
  return row;
}

std::string ejecta(bool is_total, const std::vector<One>& stars = stars_of_z) {
  std::string text = "# PARSEC v2.0, ejecta\n#";
  for (int i = 0; i < (is_total ? 6 : 4); ++i) text += " 0.0";
  if (is_total) text += " SN";
  for (const double x : wind_mix) text += fmt::format(" {:.6E}", x);
  text += "\n# masses in Msun\n";
  text += is_total ? "Min Mfin M_HE M_CO Mrem Mbar SNT " : "Min Mfin M_HE M_CO ";
  text += isotopes;
  for (const One& s : stars) text += fmt::format("\n{}", row_of(s, is_total));
  return fmt::format("{}\n", text);
}

/// Rates that fall from q to q/3 over the life, as the photon files give them.
std::string photons(double life, double q, bool logarithms, const char* age = "AGE") {
  std::string text = fmt::format("# some facts\n# Z = 0.014, Y = 0.273\n{} LOG_L LOG_TE QWerner QHI QHeI\n", age);
  for (int i = 0; i <= 100; ++i) {
    const double x = i / 100.0, now = q * (1.0 - 2.0 / 3.0 * x);
    text += logarithms ? fmt::format("{:.6f} 5.0 4.6 {:.6f} {:.6f} {:.6f}\n", life * x, std::log10(1.5 * now),
                                     std::log10(now), std::log10(0.1 * now))
                       : fmt::format("{:.6f} 5.0 4.6 {:.6E} {:.6E} {:.6E}\n", life * x, 1.5 * now, now, 0.1 * now);
  }
  return text;
}

std::string track(double life_yr) {
  return fmt::format("# a track\n\nMASS AGE PHASE LOG_L\n14.0 0.0 1 4.0\n14.0 1.0E5 4 4.1\n13.9 {:.8E} 10 4.9\n",
                     life_yr);
}

class Parsec : public testing::Test {
 protected:
  void SetUp() override {
    put(folder / "ejecta/Z0.014_Y0.273_winds_ejecta.dat", ejecta(false));
    put(folder / "ejecta/Z0.014_Y0.273_total_ejecta.dat", ejecta(true));
  }
  std::string said_of_total(const std::string& from, const std::string& to) {
    put(folder / "ejecta/Z0.014_Y0.273_total_ejecta.dat", with(ejecta(true), from, to));
    return refusal({folder.path()});
  }
  Scratch folder;
};

TEST_F(Parsec, EjectaCoresRemnantsAndFatesComeBack) {
  const Import i = import_of({folder.path()});
  EXPECT_EQ(i.report.format, "parsec");
  for (const One& o : stars_of_z) {
    if (o.m == 12) continue;
    const Star& s = star_at(i.tables, o.m, 0.014);
    EXPECT_EQ(fate_names[static_cast<std::size_t>(s.fate)], o.fate);
    EXPECT_DOUBLE_EQ(s.m_fin_msun, o.m_fin);
    EXPECT_DOUBLE_EQ(s.m_he_msun, o.m_he);
    EXPECT_DOUBLE_EQ(s.m_co_msun, o.m_co);
    EXPECT_DOUBLE_EQ(s.m_rem_gravitational_msun, o.m_rem);
    EXPECT_NEAR(s.m_rem_baryonic_msun, o.m_bar, 1e-6 * o.m);
    const double wind = (o.m - o.m_fin) / 0.99903, thrown = o.m_fin - o.m_bar;
    EXPECT_NEAR(s.wind_msun[slot(Slot::He)], wind * 0.28, 1e-6 * o.m);
    EXPECT_NEAR(s.wind_msun[slot(Slot::O)], wind * 8.2e-3, 1e-7 * o.m);
    EXPECT_NEAR(s.wind_msun[slot(Slot::Oth)], wind * 1.7e-4, 1e-7 * o.m);  // Na and Ni
    EXPECT_NEAR(s.sn_msun[slot(Slot::C)], thrown * 0.02, 1e-6 * o.m);
    EXPECT_NEAR(s.sn_msun[slot(Slot::Ne)], thrown * 0.04, 1e-6 * o.m);
    EXPECT_NEAR(s.sn_msun[slot(Slot::Fe)], thrown * 0.004, 1e-6 * o.m);
    EXPECT_NEAR(s.sn_new_metals_msun, thrown * (0.3 - 0.01903), 1e-5 * o.m);
    EXPECT_LT(mass_error(s), 1e-12);
  }
  EXPECT_EQ(star_at(i.tables, 40, 0.014).f_fallback, 1);
  EXPECT_EQ(star_at(i.tables, 40, 0.014).e_sn_erg, 0);
  EXPECT_DOUBLE_EQ(star_at(i.tables, 200, 0.014).e_sn_erg, 3.3e52);
}

TEST_F(Parsec, StarsThatDoNotExplodeInTheProductAndLighterOnesComeFromTheFormulae) {
  const Import i = import_of({folder.path()});
  EXPECT_EQ(star_at(i.tables, 12, 0.014).sn_msun, make_star(12, 0.014, {}).sn_msun);
  EXPECT_EQ(star_at(i.tables, 5, 0.014).wind_msun, make_star(5, 0.014, {}).wind_msun);
  const std::string report = describe(i.report, i.tables);
  EXPECT_THAT(report, HasSubstr("fate, remnant and ejecta: 12 Msun (1 star)"));
  EXPECT_THAT(report, HasSubstr("lifetime: 12 to 500 Msun (6 stars)"));
  EXPECT_THAT(report, HasSubstr("Energies of supernovae are not in this product"));
}

TEST_F(Parsec, LifetimesAndPhotonsOfSingleStarsAreIntegrated) {
  put(folder / "photons/Z0.014/Z0.014Y0.273_ROT0.0_M14.0.TAB.QH", photons(14.5, 6e47, false));
  put(folder / "photons/Z0.014/Z0.014Y0.273_ROT0.0_M40.0.TAB.QH", photons(5.2e6, 4e48, true));  // years, logarithms
  put(folder / "photons/Z0.014/Z0.014Y0.273_ROT0.0_M3000.0.TAB.QH", "not even a table");        // nobody looks at it
  put(folder / "tracks/Z0.014Y0.273_ROT0.00_M90.0.TAB", track(3.4e6));
  const Import i = import_of({folder.path()});
  const Star& light = star_at(i.tables, 14, 0.014);
  EXPECT_NEAR(light.lifetime_myr, 14.5, 1e-9);
  EXPECT_NEAR(light.log10_q_per_s, std::log10(6e47 * 2.0 / 3.0), 1e-6);
  EXPECT_NEAR(light.log10_q_lw_per_s, std::log10(3e47 * 2.0 / 3.0), 1e-6);  // above 11.2 eV less above 13.6 eV
  const Star& heavy = star_at(i.tables, 40, 0.014);
  EXPECT_NEAR(heavy.lifetime_myr, 5.2, 1e-9);
  EXPECT_NEAR(heavy.log10_q_per_s, std::log10(4e48 * 2.0 / 3.0), 1e-5);
  EXPECT_NEAR(star_at(i.tables, 90, 0.014).lifetime_myr, 3.4, 1e-9);
  // where only formulae speak, they are tied to the lifetimes that are known
  EXPECT_NEAR(star_at(i.tables, 500, 0.014).lifetime_myr, lifetime_myr(500, 0.014) * 3.4 / lifetime_myr(90, 0.014),
              1e-9);
}

TEST_F(Parsec, ATrackWithoutAMomentHasNoLifetime) {
  const std::string whole = track(3.4e6);
  put(folder / "Z0.014Y0.273_ROT0.00_M90.0.TAB", whole.substr(0, whole.find("14.0 0.0")));
  EXPECT_THAT(refusal({folder.path()}), HasSubstr("the track has no moment"));
}

TEST_F(Parsec, ATrackThatIsLongerThanItsPhotonsTakesTheLastRateToItsEnd) {
  put(folder / "Z0.014Y0.273_ROT0.0_M14.0.TAB.QH", photons(14.0, 6e47, false));
  put(folder / "Z0.014Y0.273_ROT0.00_M14.0.TAB", track(15e6));
  const Star s = star_at(import_of({folder.path()}).tables, 14, 0.014);
  EXPECT_NEAR(s.lifetime_myr, 15, 1e-9);
  EXPECT_NEAR(std::pow(10, s.log10_q_per_s - 47), (14.0 * 4 + 1.0 * 2) / 15, 1e-5);
}

TEST_F(Parsec, FortranExponentsNameTheMetalFreeSet) {
  put(folder / "ejecta/Z0.00000000001_Y0.2485_winds_ejecta.dat", ejecta(false));
  put(folder / "ejecta/Z0.00000000001_Y0.2485_total_ejecta.dat", ejecta(true));
  put(folder / "p/Z1D-11Y0.2485_ROT0.0_M14.0.TAB.QH", photons(12.5, 8e47, false));
  const Import i = import_of({folder / "ejecta", folder / "p"});
  EXPECT_EQ(i.tables.n_z(), 2u);
  EXPECT_NEAR(star_at(i.tables, 14, 1e-11).lifetime_myr, 12.5, 1e-9);
}

TEST_F(Parsec, FilesThatDoNotFitTogetherAreRefused) {
  std::filesystem::rename(folder / "ejecta/Z0.014_Y0.273_total_ejecta.dat", folder / "total");
  EXPECT_THAT(refusal({folder.path()}),
              AllOf(HasSubstr("companion for the whole life is missing"), HasSubstr("winds_ejecta")));
  std::filesystem::rename(folder / "total", folder / "ejecta/Z0.014_Y0.273_total_ejecta.dat");
  put(folder / "again/Z0.014_Y0.273_total_ejecta.dat", ejecta(true));
  EXPECT_THAT(refusal({folder.path()}), HasSubstr("the same is there already"));
  std::filesystem::remove_all(folder / "again");
  std::vector<One> fewer = stars_of_z;
  fewer.pop_back();
  put(folder / "ejecta/Z0.014_Y0.273_winds_ejecta.dat", ejecta(false, fewer));
  EXPECT_THAT(refusal({folder.path()}), HasSubstr("the star of 500 Msun is missing"));
  put(folder / "ejecta/Z0.014_Y0.273_winds_ejecta.dat", ejecta(false));
  put(folder / "ejecta/Z0.014_Y0.273_total_ejecta.dat", ejecta(true, fewer));
  EXPECT_THAT(refusal({folder.path()}), HasSubstr("the star of 500 Msun is missing, but its winds are in row "));
  put(folder / "ejecta/Z0.014_Y0.273_total_ejecta.dat", ejecta(true));
  put(folder / "ejecta/Z0.014_Y0.273_winds_ejecta.dat", with(ejecta(false), " NE22", " NE21"));
  EXPECT_THAT(refusal({folder.path()}), AllOf(HasSubstr("column is missing"), HasSubstr("'NE22'")));
  put(folder / "ejecta/Z0.014_Y0.273_winds_ejecta.dat",
      with(ejecta(false), row_of(stars_of_z[1], false), row_of({14, 9, 4, 2, 1, 1, ""}, false)));
  EXPECT_THAT(refusal({folder.path()}), HasSubstr("the winds carry"));
}

TEST_F(Parsec, AFaultIsNamedWithFileRowAndColumn) {
  const std::string row = row_of(stars_of_z[2], true);  // 40 Msun: row 7 of the file
  EXPECT_THAT(said_of_total(row, with(row, "FSN", "SNIb")),
              AllOf(HasSubstr("Z0.014_Y0.273_total_ejecta.dat, row 7, column 'SNT'"), HasSubstr("'SNIb' is unknown")));
  EXPECT_THAT(said_of_total(" MG26", " XX26"), HasSubstr("isotope 'XX26' is unknown"));
  EXPECT_THAT(said_of_total(row, row.substr(0, row.size() - 16)), AllOf(HasSubstr("row 7"), HasSubstr("27 values")));
  EXPECT_THAT(said_of_total(row, with(row, "36.00000 FSN", "nan FSN")),
              AllOf(HasSubstr("column 'Mbar'"), HasSubstr("finite")));
  EXPECT_THAT(said_of_total(row, with(row, "36.00000 FSN", "-36.0 FSN")), HasSubstr("negative"));
  EXPECT_THAT(said_of_total(row, row + "\n" + row), HasSubstr("the star of 40 Msun stands in row 7 already"));
  EXPECT_THAT(said_of_total(row, with(row, "36.00000 FSN", "30.0 FSN")),
              AllOf(HasSubstr("the star of 40 Msun, Z = 0.014 loses 0.15"), HasSubstr("row 7")));
  EXPECT_THAT(said_of_total(row, with(row, "40.00 36.00000", "40.00 31.00000")), HasSubstr("its final mass is 31"));
  EXPECT_THAT(said_of_total(" Mbar ", " Mrem "), HasSubstr("the column stands there twice"));
  EXPECT_THAT(said_of_total(" Mbar ", " Mgas "), AllOf(HasSubstr("column 'Mbar'"), HasSubstr("the column is missing")));
  EXPECT_THAT(said_of_total(isotopes, "DPDT T_eff"), HasSubstr("no column of an isotope"));
  EXPECT_THAT(said_of_total("Min Mfin", "Mi Mf"), HasSubstr("names of the columns"));
  SetUp();
  const auto said_of_photons = [&](const std::string& text) {
    put(folder / "Z0.014Y0.273_ROT0.0_M14.0.TAB.QH", text);
    return refusal({folder.path()});
  };
  EXPECT_THAT(said_of_photons(with(photons(14, 1e47, false), "QHI", "Q_all")),
              HasSubstr("no column of hydrogen-ionising photons"));
  EXPECT_THAT(said_of_photons(photons(14, 1e47, false, "PHASE")), HasSubstr("no column of ages"));
  EXPECT_THAT(said_of_photons(
                  with(photons(14, 1e47, false), "# Z = 0.014, Y = 0.273\nAGE LOG_L LOG_TE QWerner QHI QHeI\n", "")),
              HasSubstr("no line names the columns"));
  const std::string of_one_moment = photons(14, 1e47, false);
  EXPECT_THAT(
      said_of_photons(of_one_moment.substr(0, of_one_moment.find('\n', of_one_moment.find("0.000000 5.0")) + 1)),
      HasSubstr("1 moments of a life are in it"));
  EXPECT_THAT(said_of_photons(photons(1.4, 1e47, false)), HasSubstr("neither in years nor in Myr"));
  EXPECT_THAT(said_of_photons(photons(14, 1e47, false).substr(0, 2000)),
              AllOf(HasSubstr("M14.0.TAB.QH, row"), HasSubstr("cut")));
  EXPECT_THAT(said_of_photons(with(photons(14, 1e47, false), "7.000000 5.0", "6.800000 5.0")),
              HasSubstr("the age falls from"));
  EXPECT_THAT(said_of_photons(with(photons(14, 1e47, false), "QWerner QHI", "QHI QWerner")),
              HasSubstr("fewer photons above 11.2 eV than above 13.6 eV"));
}

TEST_F(Parsec, TheUnlistedRestGoesWhereItIsTold) {
  // without the elements that have no slot 2e-4 of the wind are missing
  std::string wind = ejecta(false), total = ejecta(true);
  const auto drop = [](std::string text, bool is_total) {
    std::string out;
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      std::string line = text.substr(0, end);
      text.erase(0, end + 1);
      if (line.front() != '#') {
        std::vector<std::string> words;
        std::size_t from = 0;
        for (std::size_t at = line.find(' '); at != std::string::npos; at = line.find(' ', from)) {
          words.push_back(line.substr(from, at - from));
          from = at + 1;
        }
        words.push_back(line.substr(from));
        words.pop_back();                                      // NI
        words.erase(words.begin() + (is_total ? 7 : 4) + 13);  // NA23
        line = fmt::format("{}", fmt::join(words, " "));
      }
      out += line + "\n";
    }
    return out;
  };
  put(folder / "ejecta/Z0.014_Y0.273_winds_ejecta.dat", drop(wind, false));
  put(folder / "ejecta/Z0.014_Y0.273_total_ejecta.dat", drop(total, true));
  const Import i = import_of({folder.path()}, Fill::standard, {.close_with = CloseWith::other_metals});
  const Star& s = star_at(i.tables, 500, 0.014);
  EXPECT_NEAR(s.wind_msun[slot(Slot::Oth)], 200 * 1.7e-4 / 0.99903, 1e-5);
  EXPECT_THAT(describe(i.report, i.tables), HasSubstr("metals without a slot (5 stars)"));
}

TEST_F(Parsec, ColumnsThatAreNoIsotopesAreLeftAloneWithANote) {
  const Tables before = import_of({folder.path()}).tables;
  std::string text, rest = ejecta(true);
  for (std::size_t at = rest.find('\n'); at != std::string::npos; at = rest.find('\n')) {
    const std::string line = rest.substr(0, at);
    rest.erase(0, at + 1);
    text += line + (line.front() == '#' ? "" : line.front() == 'M' ? " log_Teff remark" : " 4.5 none") + "\n";
  }
  put(folder / "ejecta/Z0.014_Y0.273_total_ejecta.dat", text);
  const Import i = import_of({folder.path()});
  EXPECT_EQ(i.tables.stars().size(), before.stars().size());
  for (std::size_t k = 0; k < before.stars().size(); ++k)
    EXPECT_EQ(i.tables.stars()[k].sn_msun, before.stars()[k].sn_msun);
  EXPECT_THAT(describe(i.report, i.tables), HasSubstr("not used: log_Teff, remark"));
}

TEST_F(Parsec, NamesBehindAMarkAndRoundedMassesAreUnderstood) {
  put(folder / "photons/Z0.014Y0.273_ROT0.0_M40.01.TAB.QH", photons(4.6e6, 6e48, false));
  const Tables plain = import_of({folder.path()}).tables;
  put(folder / "photons/Z0.014Y0.273_ROT0.0_M40.01.TAB.QH",
      with(photons(4.6e6, 6e48, false), "AGE LOG_L", "# AGE LOG_L"));
  const Tables marked = import_of({folder.path()}).tables;
  EXPECT_EQ(marked.content_hash(), plain.content_hash());
  EXPECT_NEAR(star_at(marked, 40, 0.014).lifetime_myr, 4.6, 1e-6);
  EXPECT_NE(marked.nearest(40.01, 0.014).m_msun, 40.01) << "one star, not two";
}

}  // namespace
