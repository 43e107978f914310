// Files of tabulated IMFs: what is read, and what is refused where.
#include "cecropia/stars/imf_table.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "cecropia/core/error.hpp"
#include "scratch.hpp"
#include "testing/refusal.hpp"

namespace {
using namespace cecropia;
using namespace cecropia::stars;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* right = "m_msun, dn_dm_per_msun\n0.1, 3\n1, 0.5\n100, 1e-4\n";

std::string refusal(const std::string& text) {
  return cecropia::testing::refusal([&] { parse_imf(text, "imf.csv"); });
}

TEST(ImfFile, NodesAreReadWithCommasOrBlanksAndComments) {
  for (const std::string& text :
       {std::string(right),
        std::string("# a comment\n\nm_msun dn_dm_per_msun\r\n 0.1 3 \r\n1\t0.5\r\n# more\n1e2   1e-4"),
        std::string("m_msun,dn_dm_per_msun\n+0.1,3.0\n1.0,5e-1\n100,0.0001\n\n")}) {
    const ImfTable t = parse_imf(text, "imf.csv");
    EXPECT_THAT(t.m_msun, ElementsAre(0.1, 1.0, 100.0));
    EXPECT_THAT(t.dn_dm, ElementsAre(3.0, 0.5, 1e-4));
  }
}

TEST(ImfFile, TheHashKnowsTheNumbersAndNothingElse) {
  const auto hash = [](const std::string& text, const char* name = "a") {
    return parse_imf(text, name).content_hash();
  };
  EXPECT_EQ(hash(right), hash(std::string("# comment\n") + right, "another path"));
  EXPECT_NE(hash(right), hash("m_msun, dn_dm_per_msun\n0.1, 3\n1, 0.5\n100, 1.0000000000000002e-4\n"));
  EXPECT_NE(hash(right), hash("m_msun, dn_dm_per_msun\n0.1, 3\n1, 0.5\n"));
}

TEST(ImfFile, FaultsAreNamedWithLineAndColumn) {
  const std::string head = "# nodes\nm_msun, dn_dm_per_msun\n0.1, 3\n";
  EXPECT_THAT(refusal(head + "1, x\n"),
              AllOf(HasSubstr("'x'"), HasSubstr("imf.csv, line 4, column 2 (dn_dm_per_msun)")));
  EXPECT_THAT(refusal(head + "1.0.0, 1\n"), AllOf(HasSubstr("'1.0.0'"), HasSubstr("line 4, column 1 (m_msun)")));
  EXPECT_THAT(refusal(head + "1, nan\n"), AllOf(HasSubstr("finite"), HasSubstr("line 4, column 2")));
  EXPECT_THAT(refusal(head + "1, inf\n"), AllOf(HasSubstr("finite"), HasSubstr("line 4, column 2")));
  EXPECT_THAT(refusal(head + "1, \n"), AllOf(HasSubstr("''"), HasSubstr("line 4, column 2")));
  EXPECT_THAT(refusal(head + "1, 0\n"), AllOf(HasSubstr("dN/dm"), HasSubstr("line 4, column 2")));
  EXPECT_THAT(refusal(head + "1, -2\n"), AllOf(HasSubstr("dN/dm"), HasSubstr("line 4, column 2")));
  EXPECT_THAT(refusal(head + "1, 2\n0.5, 1\n"), AllOf(HasSubstr("do not ascend"), HasSubstr("line 5, column 1")));
  EXPECT_THAT(refusal(head + "1, 2\n1, 1\n"), AllOf(HasSubstr("do not ascend"), HasSubstr("line 5, column 1")));
  EXPECT_THAT(refusal(head + "601, 1\n"), AllOf(HasSubstr("601"), HasSubstr("line 4, column 1")));
  EXPECT_THAT(refusal("m_msun, dn_dm_per_msun\n0, 3\n1, 1\n"),
              AllOf(HasSubstr("0 Msun"), HasSubstr("line 2, column 1")));
  EXPECT_THAT(refusal(head + "1, 2, 3\n"), AllOf(HasSubstr("3 fields"), HasSubstr("line 4")));
  EXPECT_THAT(refusal(head + "1\n"), AllOf(HasSubstr("1 fields"), HasSubstr("line 4")));
  EXPECT_THAT(refusal(head + "m_msun, dn_dm_per_msun\n"), AllOf(HasSubstr("'m_msun'"), HasSubstr("line 4, column 1")));
}

TEST(ImfFile, AHeaderWithOtherColumnsOrUnitsIsRefused) {
  EXPECT_THAT(refusal("0.1, 3\n1, 2\n"), AllOf(HasSubstr("'0.1'"), HasSubstr("line 1, column 1 (m_msun)")));
  EXPECT_THAT(refusal("m_msun, dn_dlogm\n0.1, 3\n1, 2\n"),
              AllOf(HasSubstr("'dn_dlogm'"), HasSubstr("line 1, column 2 (dn_dm_per_msun)")));
  EXPECT_THAT(refusal("mass_g, dn_dm_per_msun\n1, 3\n2, 2\n"), HasSubstr("column 1"));
  EXPECT_THAT(refusal("m_msun\n1\n"), AllOf(HasSubstr("'nothing'"), HasSubstr("column 2")));
  EXPECT_THAT(refusal("m_msun, dn_dm_per_msun, error\n1, 3, 1\n"), HasSubstr("3 fields"));
}

TEST(ImfFile, TwoNodesAreTheLeast) {
  EXPECT_THAT(refusal("m_msun, dn_dm_per_msun\n1, 2\n"), HasSubstr("1 nodes"));
  EXPECT_THAT(refusal("m_msun, dn_dm_per_msun\n"), HasSubstr("0 nodes"));
  EXPECT_THAT(refusal("# nothing\n"), HasSubstr("0 nodes"));
}

TEST(ImfFile, FilesThatAreNotThereOrEmptyAreRefused) {
  const testing_stars::Scratch folder;
  EXPECT_THROW(read_imf_text(folder / "none.csv"), InputError);
  EXPECT_THROW(read_imf_text(folder.path()), InputError);
  std::ofstream(folder / "empty.csv").close();
  EXPECT_THROW(read_imf_text(folder / "empty.csv"), InputError);
  std::ofstream(folder / "imf.csv") << right;
  EXPECT_EQ(read_imf_text(folder / "imf.csv"), right);
}

}  // namespace
