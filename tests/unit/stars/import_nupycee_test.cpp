// Yield tables in the layout of NuPyCEE.
#include <gmock/gmock.h>

#include "cecropia/stars/builder.hpp"
#include "products.hpp"

namespace {
using namespace cecropia;
using namespace cecropia::stars;
using namespace cecropia::testing_stars;
using testing::AllOf;
using testing::HasSubstr;

// Made up; the layout is that of the public files.
const char* const total = R"(H Name: a small table
H Data prepared by: nobody
H Isotopes: H-1, He-4, C-12, C-13, O-16, Al*-26, Fe-56
H Number of metallicities: 2
H Units: Msun, year
H Table: (M=6.0,Z=0.02)
H Lifetime: 7.0E+07
H Mfinal: 1.000E+00
&Isotopes &Yields    &Z &A
&H-1      &3.500E+00 &1 &1
&He-4     &1.397E+00 &2 &4
&C-12     &4.000E-02 &6 &12
&C-13     &1.000E-02 &6 &13
&O-16     &4.600E-02 &8 &16
&Al*-26   &1.000E-03 &13&26
&Fe-56    &6.000E-03 &26&56
H Table: (M=20.0,Z=0.02)
H Lifetime: 9.0E+06
H Mfinal: 2.000E+00
H CCSN energy: 2.000E+51
&Isotopes &Yields    &Z &A
&H-1      &8.000E+00 &1 &1
&He-4     &6.500E+00 &2 &4
&C-12     &4.000E-01 &6 &12
&C-13     &1.000E-02 &6 &13
&O-16     &2.900E+00 &8 &16
&Al*-26   &9.000E-02 &13&26
&Fe-56    &1.000E-01 &26&56

H Table: (M=20.0,Z=0.0)
H Lifetime: 8.5E+06
H Mfinal: 1.990E+01
&Isotopes &Yields    &Z &A
&H-1      &7.500E-02 &1 &1
&He-4     &2.500E-02 &2 &4
&C-12     &0.000E+00 &6 &12
&C-13     &0.000E+00 &6 &13
&O-16     &0.000E+00 &8 &16
&Al*-26   &0.000E+00 &13&26
&Fe-56    &0.000E+00 &26&56
H Table: (M=200.0,Z=0.0)
H Lifetime: 2.2E+06
H Mfinal: 0.000E+00
&Isotopes &Yields    &Z &A
&H-1      &5.000E+01 &1 &1
&He-4     &6.000E+01 &2 &4
&C-12     &5.000E+00 &6 &12
&C-13     &0.000E+00 &6 &13
&O-16     &7.000E+01 &8 &16
&Al*-26   &5.000E+00 &13&26
&Fe-56    &1.000E+01 &26&56
)";

std::string said(const std::string& text, const ImportParameters& parameters = {}) {
  const Scratch folder;
  return refusal({put(folder / "yields.txt", text)}, Fill::standard, parameters);
}

TEST(NuPyCeeImport, GivesBackWhatWasPutIn) {
  const Scratch folder;
  const Import i = import_of({put(folder / "yields.txt", total)});
  EXPECT_EQ(i.report.format, "nupycee");
  EXPECT_EQ(i.tables.n_z(), 2u);
  const Star& agb = star_at(i.tables, 6, 0.02);
  EXPECT_EQ(agb.fate, Fate::wd);
  EXPECT_DOUBLE_EQ(agb.lifetime_myr, 70);
  EXPECT_DOUBLE_EQ(agb.wind_msun[slot(Slot::C)], 0.05);
  EXPECT_DOUBLE_EQ(agb.wind_msun[slot(Slot::Oth)], 1e-3);
  EXPECT_EQ(agb.sn_metals_msun(), 0);
  EXPECT_NEAR(agb.wind_new_metals_msun, 0.103 - 0.02 * 5, 1e-12);

  const Star& ccsn = star_at(i.tables, 20, 0.02);
  EXPECT_EQ(ccsn.fate, Fate::ccsn);
  EXPECT_DOUBLE_EQ(ccsn.lifetime_myr, 9);
  EXPECT_DOUBLE_EQ(ccsn.sn_msun[slot(Slot::H)], 8);
  EXPECT_DOUBLE_EQ(ccsn.sn_msun[slot(Slot::He)], 6.5);
  EXPECT_DOUBLE_EQ(ccsn.sn_msun[slot(Slot::C)], 0.41);
  EXPECT_DOUBLE_EQ(ccsn.sn_msun[slot(Slot::O)], 2.9);
  EXPECT_DOUBLE_EQ(ccsn.sn_msun[slot(Slot::Fe)], 0.1);
  EXPECT_DOUBLE_EQ(ccsn.m_rem_baryonic_msun, 2);
  EXPECT_DOUBLE_EQ(ccsn.e_sn_erg, 2e51);
  EXPECT_DOUBLE_EQ(ccsn.m_fin_msun, 20);  // no winds known

  const Star& failed = star_at(i.tables, 20, 1e-11);  // Z = 0
  EXPECT_EQ(failed.fate, Fate::fsn);
  EXPECT_DOUBLE_EQ(failed.wind_msun[slot(Slot::H)], 0.075);
  EXPECT_EQ(failed.e_sn_erg, 0);
  EXPECT_EQ(failed.f_fallback, 1);

  const Star& pisn = star_at(i.tables, 200, 1e-11);
  EXPECT_EQ(pisn.fate, Fate::pisn);
  EXPECT_DOUBLE_EQ(pisn.e_sn_erg, 3.3e52);
  EXPECT_DOUBLE_EQ(pisn.sn_msun[slot(Slot::Oth)], 5);
  EXPECT_EQ(pisn.m_rem_baryonic_msun, 0);
}

TEST(NuPyCeeImport, MassesOfTheOtherMetallicityAreFilledAndListed) {
  const Scratch folder;
  const Import i = import_of({put(folder / "yields.txt", total)});
  EXPECT_EQ(star_at(i.tables, 200, 0.02).sn_msun, make_star(200, 0.02, {}).sn_msun);
  EXPECT_EQ(star_at(i.tables, 6, 1e-11).wind_msun, make_star(6, 1e-11, {}).wind_msun);
  const std::string report = describe(i.report, i.tables);
  for (const char* text : {"star of this mass", "H-ionising photons", "Lyman-Werner photons",
                           "Fates are not in this layout", "standard formulae, lifetime in proportion"})
    EXPECT_THAT(report, HasSubstr(text));
}

// IMP-4
TEST(NuPyCeeImport, NetYieldsGetBackWhatTheStarWasBornWith) {
  // 10 Msun come back from a star born with X0: H .7, He .28, O .02
  const std::string net = R"(H IMPORTANT: Below are net yields, not total yields.
H Units: Msun, year
H Table: (M=12.0,Z=0.02)
H Lifetime: 2.0E+07
H Mfinal: 2.000E+00
&Isotopes &Yields     &X0        &Z &A
&H-1      &-1.500E+00 &7.000E-01 &1 &1
&He-4     &5.000E-01  &2.800E-01 &2 &4
&O-16     &1.000E+00  &2.000E-02 &8 &16
)";
  const Scratch folder;
  const Import i = import_of({put(folder / "net.txt", net)});
  const Star& s = star_at(i.tables, 12, 0.02);
  EXPECT_NEAR(s.sn_msun[slot(Slot::H)], 5.5, 1e-12);
  EXPECT_NEAR(s.sn_msun[slot(Slot::He)], 3.3, 1e-12);
  EXPECT_NEAR(s.sn_msun[slot(Slot::O)], 1.2, 1e-12);
  EXPECT_NEAR(s.sn_new_metals_msun, 1.0, 1e-12);
  EXPECT_THAT(i.tables.source(), HasSubstr("net yields"));
  // Said to be total, they are negative; without X0 the standard composition is added and noted.
  EXPECT_THAT(refusal({folder / "net.txt"}, Fill::standard, {.yields = Yields::total}), HasSubstr("negative"));
  const std::string silent =
      with(with(with(net, "7.000E-01", "0.000E+00"), "2.800E-01", "0.000E+00"), "2.000E-02", "0.000E+00");
  const Import standard = import_of({put(folder / "silent.txt", silent)});
  const Elements born = initial_composition(0.02);
  EXPECT_NEAR(star_at(standard.tables, 12, 0.02).sn_msun[slot(Slot::Fe)], 10 * born[slot(Slot::Fe)], 1e-9);
  EXPECT_THAT(describe(standard.report, standard.tables), HasSubstr("initial composition (X0) is missing"));
  EXPECT_THAT(refusal({put(folder / "too_much.txt", with(net, "-1.500E+00", "-9.500E+00"))}),
              HasSubstr("destroys more H"));
}

TEST(NuPyCeeImport, AFaultIsNamedWithFileRowAndColumn) {
  EXPECT_THAT(said(with(total, "&C-12     &4.000E-01 &6 &12", "&C-12     &-4.00E-01 &6 &12")),
              AllOf(HasSubstr("yields.txt, row 24, column 'Yields'"), HasSubstr("negative")));
  EXPECT_THAT(said(with(total, "&2.900E+00", "&2.9OOE+00")), AllOf(HasSubstr("row 26"), HasSubstr("2.9OOE+00")));
  EXPECT_THAT(said(with(total, "&2.900E+00", "&NaN")), HasSubstr("not a finite number"));
  EXPECT_THAT(said(with(total, "&O-16     &2.900E+00 &8 &16", "&O-16     &2.9")),
              AllOf(HasSubstr("row 26"), HasSubstr("cut")));
  EXPECT_THAT(said(with(total, "&O-16     &2.900E+00", "&Qx-16    &2.900E+00")),
              HasSubstr("isotope 'Qx-16' is unknown"));
  EXPECT_THAT(said(with(total, "&C-13     &1.000E-02 &6 &13\n", "")), HasSubstr("lacks 'C-13'"));
  EXPECT_THAT(said(with(total, "&C-13 ", "&C-12 ")), HasSubstr("twice"));
  EXPECT_THAT(said(std::string(total).substr(0, std::string(total).size() - 60)), HasSubstr("cut"));
  EXPECT_THAT(said(with(total, "H Number of metallicities: 2", "H Number of metallicities: 3")),
              AllOf(HasSubstr("3 metallicities are announced and 2 are there"), HasSubstr("row 4")));
  EXPECT_THAT(said(with(total, "H Mfinal: 2.000E+00\n", "Mfinal 2.000E+00\n")),
              HasSubstr("the row 'Mfinal 2.000E+00' belongs to nothing"));
  EXPECT_THAT(said(with(total, "H Mfinal: 2.000E+00\n", "")), HasSubstr("what is left of the star"));
  EXPECT_THAT(said(with(total, "Msun, year", "g, s")), HasSubstr("units 'g, s'"));
  EXPECT_THAT(said(with(total, "9.0E+06", "9.0")),
              AllOf(HasSubstr("row 18, column 'Lifetime'"), HasSubstr("lifetime of")));
  EXPECT_THAT(said(with(total, "(M=200.0,Z=0.0)", "(M=20.0,Z=0.0)")), HasSubstr("twice"));
  EXPECT_THAT(said(with(total, "(M=200.0,Z=0.0)", "(M=200.0)")), HasSubstr("column 'Z'"));
  EXPECT_THAT(said(with(total, "&1.397E+00", "&2.397E+00")),
              AllOf(HasSubstr("makes 0.167"), HasSubstr("6 Msun, Z = 0.02")));
  EXPECT_THAT(said(with(total, "2.2E+06", "8.9E+06")), HasSubstr("lives 8.9 Myr"));
  EXPECT_THAT(said(with(total, "H Table: (M=6.0,Z=0.02)\nH Lifetime: 7.0E+07\nH Mfinal: 1.000E+00\n", "")),
              HasSubstr("a row of yields stands outside of a block"));
  EXPECT_THAT(said(with(total, "&Isotopes &Yields    &Z &A\n", "")), HasSubstr("the block names no columns"));
  EXPECT_THAT(said(with(total, "&Isotopes &Yields ", "&Isotopes &Amounts")), HasSubstr("no column of yields is named"));
}

TEST(NuPyCeeImport, TheCoarsePrintIsReportedAgainstItsPrecision) {
  const Scratch folder;
  // 2 x 10^-4 of the star's mass is missing; three decimals of the largest numbers explain half a unit of each
  const Import i = import_of({put(folder / "y.txt", with(total, "&8.000E+00", "&7.996E+00"))});
  const auto at = static_cast<std::size_t>(
      std::find(i.tables.m_grid_msun().begin(), i.tables.m_grid_msun().end(), 20.0) - i.tables.m_grid_msun().begin());
  const std::size_t k = i.tables.n_m() + at;  // Z = 0.02 is the second metallicity
  EXPECT_NEAR(i.report.imbalance[k], 0.004 / 20, 1e-12);
  // M=20.0: .05; Mfinal: .0005; H, He, O: .0005 each; the rest less
  EXPECT_NEAR(i.report.printed_precision[k] * 20, 0.05 + 4 * 0.0005 + 0.00005 * 2 + 0.000005 * 2, 1e-5);
  EXPECT_EQ(i.report.closed_by[k], ClosedBy::remnant);
}

}  // namespace
