// Comma-separated tables: what was written comes back, what is wrong is named.
#include <gmock/gmock.h>

#include "cecropia/io/atomic_file.hpp"
#include "cecropia/io/hdf5.hpp"
#include "cecropia/stars/builder.hpp"
#include "cecropia/stars/evolution.hpp"
#include "cecropia/stars/table_file.hpp"
#include "products.hpp"

namespace {
using namespace cecropia;
using namespace cecropia::stars;
using namespace cecropia::testing_stars;
using testing::AllOf;
using testing::HasSubstr;

/// Two metallicities with three masses each, out of the builder.
const std::string& small_csv() {
  static const std::string text = [] {
    const std::vector<double> z{1e-3, 1e-2}, m{5, 15, 150};
    std::vector<Star> stars;
    for (double one_z : z)
      for (double one_m : m) stars.push_back(make_star(one_m, one_z, {}));
    return to_csv(Tables(z, m, std::move(stars), "three masses"));
  }();
  return text;
}

std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> out;
  std::size_t from = 0;
  for (std::size_t comma = line.find(','); comma != std::string::npos; comma = line.find(',', from)) {
    out.push_back(line.substr(from, comma - from));
    from = comma + 1;
  }
  out.push_back(line.substr(from));
  return out;
}

/// small_csv with one cell changed; row as the file counts (comments 1 and 2, header 3, first star 4).
std::string with_cell(std::size_t row, const std::string& column, const std::string& value) {
  std::vector<std::string> lines;
  std::string text = small_csv();
  for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n')) {
    lines.push_back(text.substr(0, at));
    text.erase(0, at + 1);
  }
  const std::vector<std::string> names = cells(lines[2]);
  std::vector<std::string> values = cells(lines[row - 1]);
  const auto found = std::find(names.begin(), names.end(), column);
  EXPECT_NE(found, names.end()) << column;
  values[static_cast<std::size_t>(found - names.begin())] = value;
  lines[row - 1] = fmt::format("{}", fmt::join(values, ","));
  return fmt::format("{}\n", fmt::join(lines, "\n"));
}

std::string refused_cell(std::size_t row, const std::string& column, const std::string& value) {
  const Scratch folder;
  return refusal({put(folder / "t.csv", with_cell(row, column, value))});
}

/// Index of a star in the lists of the report.
std::size_t place_in(const Tables& tables, double m, double z) {
  EXPECT_EQ(star_at(tables, m, z).m_msun, m);
  return tables.nearest_z(z) * tables.n_m() + tables.nearest_m(m);
}

TEST(CsvImport, TablesComeBackToTheLastBit) {
  const Scratch folder;
  for (Model model : {Model::standard, Model::hartwig2022}) {
    const Tables tables = build({.model = model});
    put(folder / "t.csv", to_csv(tables));
    const Import again = import_of({folder / "t.csv"}, Fill::none);
    EXPECT_EQ(again.tables.content_hash(), tables.content_hash());
    EXPECT_TRUE(again.report.gaps.empty());
    EXPECT_EQ(again.report.n_stars, tables.n_z() * tables.n_m());
    for (ClosedBy by : again.report.closed_by) ASSERT_EQ(by, ClosedBy::nothing);
    for (Origin from : again.report.origin) ASSERT_EQ(from, Origin::product);
  }
}

TEST(CsvImport, ColumnsGoByNameCommentsAndLineEndsDoNotMatter) {
  const Scratch folder;
  std::string text = "# one more\r\n\r\n";
  for (const char c : small_csv()) text += c == '\n' ? std::string("\r\n") : std::string(1, c);
  put(folder / "dos.csv", text);
  put(folder / "unix.csv", small_csv());
  const auto hash = [&](const char* name) { return import_of({folder / name}).tables.content_hash(); };
  EXPECT_EQ(hash("dos.csv"), hash("unix.csv"));
  // the first two columns change places
  std::string swapped;
  std::string rest = small_csv();
  for (std::size_t at = rest.find('\n'); at != std::string::npos; at = rest.find('\n')) {
    std::string line = rest.substr(0, at);
    rest.erase(0, at + 1);
    if (line.front() != '#') {
      std::vector<std::string> all = cells(line);
      std::swap(all[0], all[1]);
      line = fmt::format("{}", fmt::join(all, ","));
    }
    swapped += line + "\n";
  }
  put(folder / "swapped.csv", swapped);
  EXPECT_EQ(hash("swapped.csv"), hash("unix.csv"));
}

TEST(CsvImport, ATableOfOneQuantityIsFilledFromTheStandardFormulae) {
  const Scratch folder;
  put(folder / "t.csv", "z,m_msun,lifetime_myr\n0.004,20,10\n0.004,40,5\n");
  const Import i = import_of({folder / "t.csv"});
  const Star& s = star_at(i.tables, 20, 0.004);
  Star standard = make_star(20, 0.004, {});
  EXPECT_EQ(s.lifetime_myr, 10);
  EXPECT_EQ(s.sn_msun, standard.sn_msun);
  EXPECT_EQ(s.fate, standard.fate);
  EXPECT_EQ(s.log10_q_per_s, standard.log10_q_per_s);
  EXPECT_EQ(s.log10_q_lw_per_s, standard.log10_q_lw_per_s);
  EXPECT_EQ(i.tables.m_grid_msun().front(), 2);
  EXPECT_EQ(i.tables.m_grid_msun().back(), 600);
  put(folder / "t.csv", "z,m_msun,lifetime_myr\n0.004,20,10\n0.004,25,8\n");
  EXPECT_THAT(refusal({folder / "t.csv"}, Fill::none), HasSubstr("has no"));
}

TEST(CsvImport, LightAndCoresInAnotherUnitAreRefusedWithRowAndColumn) {
  const Star s = make_star(15, 1e-3, {});
  const auto cell = [&](const char* column, double value) { return refused_cell(5, column, fmt::format("{}", value)); };
  EXPECT_THAT(cell("log10_q_per_s", s.log10_q_per_s - 48),  // units of 1e48
              AllOf(HasSubstr("row 5, column 'log10_q_per_s'"), HasSubstr("off by more than")));
  EXPECT_THAT(cell("log10_q_lw_per_s", s.log10_q_lw_per_s - 48), HasSubstr("row 5, column 'log10_q_lw_per_s'"));
  EXPECT_THAT(cell("log10_l_uv_erg_s_hz", s.log10_l_uv_erg_s_hz - 7),  // W/Hz
              AllOf(HasSubstr("row 5, column 'log10_l_uv_erg_s_hz'"), HasSubstr("erg/s/Hz")));
  EXPECT_THAT(cell("m_he_msun", 1e-3 * s.m_he_msun), HasSubstr("row 5, column 'm_he_msun'"));
  EXPECT_THAT(cell("m_co_msun", 1e-3 * s.m_co_msun), HasSubstr("row 5, column 'm_co_msun'"));
  EXPECT_THAT(cell("f_fallback", 2), HasSubstr("row 5, column 'f_fallback'"));
  EXPECT_THAT(cell("e_sn_erg", 1), HasSubstr("row 5, column 'e_sn_erg'"));
  EXPECT_THAT(cell("m_rem_baryonic_msun", 5), HasSubstr("row 5, column 'm_rem_baryonic_msun'"));
  EXPECT_EQ(cell("log10_q_per_s", s.log10_q_per_s - 1), "accepted");
  EXPECT_EQ(cell("m_he_msun", 0), "accepted") << "0 is not known";
}

TEST(CsvImport, AFaultIsNamedWithFileRowAndColumn) {
  EXPECT_THAT(refused_cell(5, "sn_O_msun", "-0.1"),
              AllOf(HasSubstr("t.csv, row 5, column 'sn_O_msun'"), HasSubstr("negative")));
  EXPECT_THAT(refused_cell(6, "lifetime_myr", "nan"),
              AllOf(HasSubstr("row 6, column 'lifetime_myr'"), HasSubstr("finite")));
  EXPECT_THAT(refused_cell(6, "e_sn_erg", "1e51x"), HasSubstr("row 6, column 'e_sn_erg'"));
  EXPECT_THAT(refused_cell(7, "z", ""), AllOf(HasSubstr("row 7, column 'z'"), HasSubstr("empty")));
  EXPECT_THAT(refused_cell(4, "fate", "NOVA"),
              AllOf(HasSubstr("row 4, column 'fate'"), HasSubstr("'NOVA' is unknown")));
  EXPECT_THAT(refused_cell(4, "wind_H_msun", ""), HasSubstr("row 4, column 'wind_H_msun'"));
  // IMP-7
  EXPECT_THAT(refused_cell(5, "lifetime_myr", "99"),
              AllOf(HasSubstr("row 5, column 'lifetime_myr'"), HasSubstr("99 Myr")));
  EXPECT_THAT(refused_cell(5, "lifetime_myr", "13e6"), HasSubstr("lifetime of 13000000 Myr"));
  EXPECT_THAT(refused_cell(5, "log10_q_per_s", "1e48"), HasSubstr("no logarithm"));
  EXPECT_THAT(refused_cell(5, "e_sn_erg", "1"), HasSubstr("erg"));
  EXPECT_THAT(refused_cell(5, "m_msun", "1e6"), HasSubstr("the initial mass 1000000 is not a mass in Msun"));
  EXPECT_THAT(refused_cell(5, "z", "1.0"), HasSubstr("not a mass fraction"));
  EXPECT_THAT(refused_cell(5, "m_he_msun", "16"), HasSubstr("a final or core mass of 16 Msun in "));
  EXPECT_THAT(refused_cell(5, "f_fallback", "1.5"), HasSubstr("fallback"));
}

TEST(CsvImport, NothingIsNoProduct) { EXPECT_THAT(refusal({}), HasSubstr("nothing was given to import")); }

TEST(CsvImport, LifetimesHaveToFallWithMass) {
  const std::string message = refused_cell(6, "lifetime_myr", "13.5");
  EXPECT_THAT(message, AllOf(HasSubstr("150 Msun"), HasSubstr("row 6, column 'lifetime_myr'"), HasSubstr("row 5")));
}

TEST(CsvImport, AStarThatIsThereTwiceIsNamedWithBothRows) {
  const std::string message = refused_cell(5, "m_msun", "5");
  EXPECT_THAT(message, AllOf(HasSubstr("twice"), HasSubstr("row 5"), HasSubstr("row 4")));
}

TEST(CsvImport, HeadersThatDoNotFitAreRefused) {
  const Scratch folder;
  const auto said = [&](const std::string& text) { return refusal({put(folder / "t.csv", text)}); };
  EXPECT_THAT(said(with(small_csv(), "lifetime_myr", "lifetime_yr")),
              AllOf(HasSubstr("another unit"), HasSubstr("'lifetime_myr'")));
  EXPECT_THAT(said(with(small_csv(), "f_fallback", "fallback")), HasSubstr("column 'fallback' is unknown"));
  EXPECT_THAT(said(with(small_csv(), "m_he_msun", "m_co_msun")), HasSubstr("twice"));
  EXPECT_THAT(said(with(small_csv(), "sn_Fe_msun,", "")), HasSubstr("'sn_Fe_msun' is missing"));
  EXPECT_THAT(said("z,m_msun,lifetime_myr\n"), HasSubstr("there is no star in it"));
  EXPECT_THAT(said("z,m_msun,lifetime_myr\n0.01,1e3,9\n"), HasSubstr("no star is left to import"));
  EXPECT_THAT(said(small_csv().substr(0, small_csv().size() - 40)), AllOf(HasSubstr("row 9"), HasSubstr("cells")));
  EXPECT_THAT(said(""), HasSubstr("the file is empty"));
  EXPECT_THAT(said("no table at all"), HasSubstr("layout is not known"));
  EXPECT_THAT(said("z;m_msun;lifetime_myr\n0.01;20;9\n"), HasSubstr("the columns are separated by semicolons"));
  EXPECT_THAT(said("\"z\",\"m_msun\",\"lifetime_myr\"\n0.01,20,9\n"), HasSubstr("quotation marks"));
  EXPECT_THAT(said("\xEF\xBB\xBFz,m_msun,lifetime_myr\n0.01,20,9\n"), HasSubstr("byte-order mark"));
  EXPECT_THAT(said("0.01,20,9\n0.01,25,8\n"), HasSubstr("no line that names the columns"));
  EXPECT_THAT(said("z,m_msun,lifetime\n0.01,20,9\n"), AllOf(HasSubstr("names no unit"), HasSubstr("'lifetime_myr'")));
  EXPECT_THAT(said("z,m_msun,liftime_myr\n0.01,20,9\n"), HasSubstr("did you mean 'lifetime_myr'?"));
  EXPECT_THAT(said("z,m_msun,lifetime_myr\n0.01,20,-9\n"),
              AllOf(HasSubstr("negative"), testing::Not(HasSubstr("net yields"))));
}

TEST(CsvImport, AMassThatOneMetallicityLacksIsFilledBetweenItsNeighboursOrRefused) {
  const Scratch folder;
  const std::vector<double> m{11, 12, 13, 14, 16};
  std::vector<Star> low, high;
  for (double one : m) {
    low.push_back(make_star(one, 1e-3, {}));
    high.push_back(make_star(one, 1e-2, {}));
  }
  std::string text = to_csv(Tables({1e-3}, m, low, "low"));
  std::string other = to_csv(Tables({1e-2}, m, high, "high"));
  other = other.substr(other.find("\n0.01,") + 1);
  const std::size_t row = other.find("0.01,13,");
  other.erase(row, other.find('\n', row) + 1 - row);
  put(folder / "gap.csv", text + other);
  const Import i = import_of({folder / "gap.csv"});
  const Star &a = star_at(i.tables, 12, 1e-2), &s = star_at(i.tables, 13, 1e-2), &b = star_at(i.tables, 14, 1e-2);
  EXPECT_EQ(s.fate, Fate::ccsn);
  EXPECT_LT(mass_error(s), 1e-12);
  EXPECT_LT(s.lifetime_myr, a.lifetime_myr);
  EXPECT_GT(s.lifetime_myr, b.lifetime_myr);
  EXPECT_DOUBLE_EQ(s.sn_metals_msun(), 0.5 * (a.sn_metals_msun() + b.sn_metals_msun()));
  const auto gap = std::find_if(i.report.gaps.begin(), i.report.gaps.end(), [](const Gap& g) {
    return g.quantity == "star of this mass" && g.z == 1e-2 && g.m_from_msun > 11;
  });
  ASSERT_NE(gap, i.report.gaps.end());
  EXPECT_THAT(gap->origin, HasSubstr("between its neighbours"));
  EXPECT_EQ(i.report.origin[place_in(i.tables, 13, 1e-2)], Origin::interpolated);
  EXPECT_EQ(i.report.origin[place_in(i.tables, 13, 1e-3)], Origin::product);
  std::string rich = to_csv(Tables({1e-2}, m, high, "rich"));
  rich = rich.substr(rich.find("\n0.01,") + 1);
  for (std::size_t at = 0; at != std::string::npos;) {
    rich.replace(at, 4, "0.08");
    at = rich.find("\n0.01,", at);
    if (at != std::string::npos) ++at;
  }
  put(folder / "rich.csv", text + rich);
  EXPECT_THAT(refusal({folder / "rich.csv"}),
              HasSubstr("the star of 2 Msun, Z = 0.08 is missing, and the standard formulae end at Z = 0.03"));
  EXPECT_THAT(refusal({folder / "gap.csv"}, Fill::none),
              AllOf(HasSubstr("the star of 13 Msun, Z = 0.01 is missing"), HasSubstr("--fill none")));
}

// IMP-5
TEST(CsvImport, SmallImbalancesAreClosedAndLargeOnesNameTheStar) {
  const Scratch folder;
  const Star s = make_star(15, 1e-2, {});
  const auto shifted = [&](double relative) {
    return with_cell(8, "m_rem_baryonic_msun", fmt::format("{}", s.m_rem_baryonic_msun - relative * 15));
  };
  put(folder / "t.csv", shifted(5e-3));
  const Import by_remnant = import_of({folder / "t.csv"});
  const Star& closed = star_at(by_remnant.tables, 15, 1e-2);
  EXPECT_LT(mass_error(closed), 1e-12);
  EXPECT_NEAR(closed.m_rem_baryonic_msun, s.m_rem_baryonic_msun, 1e-12);
  const std::size_t shifted_star = place_in(by_remnant.tables, 15, 1e-2);
  EXPECT_NEAR(by_remnant.report.imbalance[shifted_star], 5e-3, 1e-12);
  for (std::size_t k = 0; k < by_remnant.report.closed_by.size(); ++k)
    EXPECT_EQ(by_remnant.report.closed_by[k], k == shifted_star ? ClosedBy::remnant : ClosedBy::nothing);

  const Import by_hydrogen = import_of({folder / "t.csv"}, Fill::standard, {.close_with = CloseWith::hydrogen});
  const Star& h = star_at(by_hydrogen.tables, 15, 1e-2);
  EXPECT_NEAR(h.sn_msun[slot(Slot::H)], s.sn_msun[slot(Slot::H)] + 0.075, 1e-12);
  EXPECT_NEAR(h.m_rem_baryonic_msun, s.m_rem_baryonic_msun - 0.075, 1e-12);
  EXPECT_EQ(by_hydrogen.report.closed_by[shifted_star], ClosedBy::hydrogen);
  const Import by_metals = import_of({folder / "t.csv"}, Fill::standard, {.close_with = CloseWith::other_metals});
  EXPECT_NEAR(star_at(by_metals.tables, 15, 1e-2).sn_msun[slot(Slot::Oth)], s.sn_msun[slot(Slot::Oth)] + 0.075, 1e-12);

  put(folder / "t.csv", shifted(-5e-3));  // mass out of nothing
  const Import made = import_of({folder / "t.csv"}, Fill::standard, {.close_with = CloseWith::hydrogen});
  EXPECT_NEAR(star_at(made.tables, 15, 1e-2).sn_msun[slot(Slot::H)], s.sn_msun[slot(Slot::H)] - 0.075, 1e-12);
  // a remnant that gave mass away weighs no more than it holds
  const Star lighter = star_at(import_of({folder / "t.csv"}).tables, 15, 1e-2);
  EXPECT_LE(lighter.m_rem_gravitational_msun, lighter.m_rem_baryonic_msun);

  put(folder / "t.csv", shifted(0.02));
  EXPECT_THAT(refusal({folder / "t.csv"}), AllOf(HasSubstr("the star of 15 Msun, Z = 0.01 loses 0.02"),
                                                 HasSubstr("row 8"), HasSubstr("leave_out_msun=[15]")));
  EXPECT_EQ(refusal({folder / "t.csv"}, Fill::standard, {.max_imbalance = 0.03}), "accepted");
  const Import without = import_of({folder / "t.csv"}, Fill::standard, {.leave_out_msun = {15}});
  EXPECT_NE(without.tables.nearest(15, 1e-2).m_msun, 15);
  EXPECT_EQ(without.report.n_stars, 4u);
  EXPECT_THAT(refusal({folder / "t.csv"}, Fill::standard, {.leave_out_msun = {15, 16}}),
              HasSubstr("there is no star of 16 Msun to leave out"));
}

TEST(CsvImport, AStarThatLeavesNothingIsClosedByItsEjecta) {
  const Scratch folder;
  const Star s = make_star(150, 1e-3, {});
  ASSERT_EQ(s.fate, Fate::pisn);
  put(folder / "t.csv", with_cell(6, "sn_O_msun", fmt::format("{}", s.sn_msun[slot(Slot::O)] - 1.0)));
  const Import i = import_of({folder / "t.csv"});
  EXPECT_EQ(i.report.closed_by[place_in(i.tables, 150, 1e-3)], ClosedBy::hydrogen);
  EXPECT_EQ(star_at(i.tables, 150, 1e-3).m_rem_baryonic_msun, 0);
  EXPECT_NEAR(star_at(i.tables, 150, 1e-3).sn_msun[slot(Slot::H)], s.sn_msun[slot(Slot::H)] + 1.0, 1e-9);
}

TEST(CsvImport, TheReportIsKeptBesideTheTables) {
  const Scratch folder;
  put(folder / "t.csv", "z,m_msun,lifetime_myr\n0.004,20,10\n0.004,40,5\n");
  const Import i = import_of({folder / "t.csv"});
  write_import(folder / "t.h5", i);
  EXPECT_EQ(read_tables(folder / "t.h5").content_hash(), i.tables.content_hash());
  const std::string report = read_import_report(folder / "t.h5");
  EXPECT_EQ(report, describe(i.report, i.tables));
  EXPECT_THAT(report, AllOf(HasSubstr("layout         csv"),
                            HasSubstr("H-ionising photons: 20 to 40 Msun (2 stars), Z = 0.004"),
                            HasSubstr("standard formula (STA-3)")));
  write_tables(folder / "built.h5", build({}));
  EXPECT_EQ(read_import_report(folder / "built.h5"), "");
}

TEST(CsvImport, AProductInThePlaceOfTablesIsPointedToTheImport) {
  const Scratch folder;
  put(folder / "t.csv", small_csv());
  try {
    read_tables(folder / "t.csv");
    FAIL() << "a CSV was read as tables";
  } catch (const InputError& e) {
    EXPECT_THAT(e.complaint().fix, HasSubstr("cecropia tables import"));
  }
}

TEST(CsvImport, WhatWasReadIsRecordedByNameAndContentButNotByPlace) {
  const Scratch folder;
  const auto files_of = [&](const std::filesystem::path& path, const std::string& text) {
    put(path, text);
    write_import(folder / "t.h5", import_of({path}));
    return io::SerialFile::open(folder / "t.h5").read_strings("/import/files");
  };
  const std::vector<std::string> here = files_of(folder / "a/t.csv", small_csv());
  ASSERT_EQ(here.size(), 1u);
  EXPECT_THAT(here.front(), testing::MatchesRegex("t.csv . [0-9a-f]+"));
  EXPECT_EQ(files_of(folder / "b/t.csv", small_csv()), here);
  EXPECT_NE(files_of(folder / "b/t.csv", "# more\n" + small_csv()), here);
}

TEST(CsvImport, TheSameProductGivesTheSameBytes) {
  const Scratch folder;
  put(folder / "t.csv", small_csv());
  write_import(folder / "a.h5", import_of({folder / "t.csv"}));
  write_import(folder / "b.h5", import_of({folder / "t.csv"}));
  EXPECT_EQ(io::read_file(folder / "a.h5"), io::read_file(folder / "b.h5"));
}

}  // namespace
