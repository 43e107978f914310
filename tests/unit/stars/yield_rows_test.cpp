// The rows of Nomoto et al. (2013), and what is said about a table that cannot be used.
#include "cecropia/stars/yield_rows.hpp"

#include <gmock/gmock.h>

#include "testing/refusal.hpp"

namespace cecropia::stars {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::refusal;

const std::string header = "Z,M,E_1e51erg,Mrem,metals_total,H,He,C\n";

TEST(YieldRows, HoldTheWholePublishedTable) {
  const auto rows = read_yield_rows(std::string(CECROPIA_SOURCE_DIR) + "/params/yields/nomoto2013_elements.csv");
  ASSERT_EQ(rows.size(), 171u);
  const auto star =
      std::find_if(rows.begin(), rows.end(), [](const auto& r) { return r.z == 0.004 && r.m_msun == 25; });
  ASSERT_NE(star, rows.end());
  EXPECT_TRUE(star->explodes());
  EXPECT_DOUBLE_EQ(star->m_remnant_msun, 1.68);
  EXPECT_DOUBLE_EQ(star->metals_msun, 3.703);
  EXPECT_NEAR(star->listed_msun, 3.703 + 10.16 + 8.477, 1e-12);
  for (const auto& row : rows) EXPECT_EQ(row.explodes(), row.m_msun > 10.0) << row.m_msun;
}

TEST(YieldRows, ColumnsMayStandInAnyOrderAmongOthers) {
  const auto rows =
      parse_yield_rows("a.csv", "# note\nHe,H,M,X,Z,metals_total,Mrem,E_1e51erg\n3,5,12,9,0.02,1,1.5,1\n");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_DOUBLE_EQ(rows[0].m_msun, 12.0);
  EXPECT_DOUBLE_EQ(rows[0].listed_msun, 9.0);
}

TEST(YieldRows, WhatIsWrongIsNamedWithItsPlace) {
  const auto said = [](const std::string& text) { return refusal([&] { parse_yield_rows("a.csv", text); }); };
  EXPECT_THAT(said(""), HasSubstr("a table of yields without a star"));
  EXPECT_THAT(said(header), HasSubstr("without a star"));
  EXPECT_THAT(said("Z,M,Mrem,metals_total,H,He\n"),
              AllOf(HasSubstr("a table of yields without the column 'E_1e51erg'"), HasSubstr("a.csv")));
  EXPECT_THAT(said(header + "0,12,1,1.5,1,5,3\n"),
              AllOf(HasSubstr("7 fields in a table of yields"), HasSubstr("row 2")));
  EXPECT_THAT(said(header + "0,twelve,1,1.5,1,5,3,0\n"), AllOf(HasSubstr("twelve"), HasSubstr("column 'M'")));
  EXPECT_THAT(said(header + "0,12,1,-1.5,1,5,3,0\n"), HasSubstr("Mrem"));
  EXPECT_THAT(said(header + "0,12,1,13,1,5,3,0\n"), HasSubstr("no heavier"));
  EXPECT_THAT(said(header + "14,12,1,1.5,1,5,3,0\n"), AllOf(HasSubstr("a metallicity of 14"), HasSubstr("column 'Z'")));
  EXPECT_THAT(said(header + "0,2e34,1,1.5,1,5,3,0\n"),
              AllOf(HasSubstr("a star of 2e+34 Msun"), HasSubstr("column 'M'")));
  EXPECT_THAT(said(header + "0,12,1,1.5,1,5,13,0\n"), AllOf(HasSubstr("13 Msun of a star of 12"), HasSubstr("'He'")));
}

}  // namespace
}  // namespace cecropia::stars
