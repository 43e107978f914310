// Each class of `cecropia trees check`: a small set that shows it, and the words about it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "cecropia/core/error.hpp"
#include "cecropia/cosmology/power.hpp"
#include "cecropia/tree/inspect.hpp"
#include "cecropia/tree/reader.hpp"
#include "cecropia/tree/repair.hpp"
#include "testing/refusal.hpp"
#include "unit/tree/tiny_trees.hpp"

namespace cecropia::tree {
namespace {

using cecropia::testing::Folder;
using cecropia::testing::TinyFile;
using cecropia::testing::two_trees;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;

constexpr double h = 0.6774;

Inspection inspect_path(const std::string& path, Parameters p = {}) {
  p.path = path;
  return inspect(p, {}, cosmology::Cosmology(), {}, parallel::Communicator::self());
}

Inspection inspect_text(const std::string& text, const Parameters& p = {}) {
  const Folder folder;
  return inspect_path(folder.write("tree_0_0_0.dat", text), p);
}

Inspection inspect_file(const TinyFile& file, const Parameters& p = {}) { return inspect_text(file.text(), p); }

const Finding* find(const std::vector<Finding>& all, const std::string& name) {
  for (const Finding& f : all)
    if (f.name == name) return &f;
  return nullptr;
}

const Finding& only(const Inspection& in, const std::string& name) {
  static const Finding none;
  const Finding* f = find(in.examination.findings, name);
  EXPECT_NE(f, nullptr) << name;
  return f != nullptr ? *f : none;
}

std::vector<std::string> errors_of(const Inspection& in) {
  std::vector<std::string> names;
  for (const Finding& f : in.examination.findings)
    if (f.severity == Severity::error) names.push_back(f.name);
  return names;
}

std::vector<std::string> names_of(const Inspection& in) {
  std::vector<std::string> names;
  for (const Finding& f : in.examination.findings) names.push_back(f.name);
  return names;
}

/// A chain of halos 1, 2, ... of tree 1, the last level first, with these masses [Msun/h].
TinyFile chain(const std::vector<double>& masses, const std::vector<double>& scales) {
  TinyFile f;
  f.trees.push_back({1, {}});
  for (std::size_t i = 0; i < masses.size(); ++i)
    f.trees[0].halos.push_back({scales[i], static_cast<long>(i) + 1, i == 0 ? -1 : static_cast<long>(i), masses[i]});
  return f;
}

TEST(TreeCheck, SoundTreesHaveNoErrorsAndTheirNumbersAreRight) {
  const Inspection in = inspect_file(two_trees());
  const Examination& e = in.examination;
  EXPECT_TRUE(e.accepted());
  EXPECT_EQ(e.halos, 7);
  EXPECT_EQ(e.forests, 2);
  EXPECT_EQ(e.trees, 2);
  EXPECT_EQ(e.largest_forest, 10);
  EXPECT_EQ(e.largest_forest_halos, 5);
  EXPECT_NEAR(e.least_msun, 5e8 / h, 1.0);
  EXPECT_NEAR(e.median_msun, 1e9 / h, 1.0);  // of 5e8, 7e8, 8e8, 1e9, 2e9, 3e9, 4e9
  EXPECT_NEAR(e.greatest_msun, 4e9 / h, 1.0);
  EXPECT_NEAR(e.well_resolved_msun, 5.0 * 5e8 / h, 1.0);
  ASSERT_EQ(e.levels.size(), 4u);
  EXPECT_EQ(e.levels[2].halos, 3);
  EXPECT_EQ(e.levels[3].ends, 2);
  ASSERT_EQ(e.sizes.size(), 1u);
  EXPECT_EQ(e.sizes[0].forests, 2);
  EXPECT_EQ(e.sizes[0].halos, 7);
}

TEST(TreeCheck, ADescendantThatDoesNotExistIsAnOrphanLink) {
  TinyFile f = two_trees();
  f.trees[0].halos[3].descendant = 31;
  f.trees[0].halos[2].n_progenitors = -1;
  const Inspection in = inspect_file(f);
  const Finding& found = only(in, "orphan_descendant");
  EXPECT_EQ(found.severity, Severity::error);
  EXPECT_EQ(found.count, 1);
  ASSERT_EQ(found.examples.size(), 1u);
  EXPECT_EQ(found.examples[0].halo_id, 40);
  EXPECT_EQ(found.examples[0].forest_id, 10);
  EXPECT_EQ(found.examples[0].what, "halo 31 is not there");
  EXPECT_THAT(found.remedy, HasSubstr("promote_orphans"));
  EXPECT_FALSE(in.examination.accepted());
}

TEST(TreeCheck, AHostThatDoesNotExistIsAnOrphanLink) {
  TinyFile f = two_trees();
  f.trees[0].halos[4].host = 12345;
  EXPECT_EQ(only(inspect_file(f), "orphan_host").examples[0].what, "halo 12345 is not there");
}

TEST(TreeCheck, LinksIntoAnotherForestAreToldFromThoseToNowhere) {
  TinyFile f = two_trees();
  f.trees[1].halos[1].host = 20;
  f.trees[0].halos[3].descendant = 11;
  f.trees[0].halos[2].n_progenitors = f.trees[1].halos[0].n_progenitors = -1;
  const Folder folder;
  const std::string path = folder.write("tree_0_0_0.dat", f.text());
  folder.write("forests.list", "#TreeRootID ForestID\n10 10\n11 11\n");
  const Inspection in = inspect_path(path);
  EXPECT_EQ(only(in, "foreign_host").examples[0].what, "halo 20 is in forest 10");
  EXPECT_EQ(only(in, "foreign_descendant").examples[0].what, "halo 11 is in forest 11");
  EXPECT_THAT(only(in, "foreign_host").remedy, HasSubstr("forests.list"));
}

TEST(TreeCheck, ADescendantThatIsNotLaterAndACircleAreNamed) {
  TinyFile f = two_trees();
  f.trees[0].halos[4].descendant = 40;
  f.trees[0].halos[0].n_progenitors = f.trees[0].halos[3].n_progenitors = -1;
  Inspection in = inspect_file(f);
  EXPECT_THAT(errors_of(in), ::testing::ElementsAre("descendant_not_later"));
  EXPECT_EQ(only(in, "descendant_not_later").examples[0].halo_id, 21);
  f = two_trees();
  f.trees[0].halos[1].descendant = 40;  // 20 -> 40 -> 30 -> 20
  in = inspect_file(f);
  EXPECT_EQ(only(in, "descendant_circle").count, 1);
  EXPECT_EQ(only(in, "descendant_circle").examples[0].halo_id, 20);
  EXPECT_THAT(only(in, "descendant_circle").examples[0].what, HasSubstr("3 halos"));
}

TEST(TreeCheck, HostsAtAnotherTimeAndInACircleAreNamed) {
  TinyFile f = two_trees();
  f.trees[0].halos[4].host = 30;
  EXPECT_EQ(only(inspect_file(f), "host_at_other_time").examples[0].halo_id, 21);
  f.trees[0].halos[4].host = 20;
  f.trees[0].halos[1].host = 21;
  const Inspection in = inspect_file(f);
  EXPECT_EQ(only(in, "host_circle").count, 1);
  EXPECT_EQ(only(in, "host_circle").examples[0].halo_id, 20);
  EXPECT_THAT(only(in, "host_circle").remedy, HasSubstr("flatten_hosts"));
}

TEST(TreeCheck, AnIdThatOccursTwiceIsNamedWithBothPlaces) {
  TinyFile f = two_trees();
  f.trees[1].halos[1].id = 20;
  const Inspection in = inspect_file(f);
  EXPECT_EQ(only(in, "duplicate_id").count, 1);
  EXPECT_THAT(only(in, "duplicate_id").examples[0].what, HasSubstr("also another halo of forest 10"));
}

TEST(TreeCheck, ATreeFileGivenTwiceIsSeenAsCopies) {
  const Folder folder;
  folder.write("tree_0_0_0.dat", two_trees().text());
  folder.write_gzip("tree_0_0_0.dat.gz", two_trees().text());
  const Inspection in = inspect_path(folder.path());
  EXPECT_EQ(only(in, "duplicate_id").count, 7);
  EXPECT_THAT(only(in, "duplicate_id").examples[0].what, HasSubstr("a copy of the halo"));
}

TEST(TreeCheck, AHaloWithFewerProgenitorsThanTheSourceSaysIsNamed) {
  TinyFile f = two_trees();
  f.trees[0].halos[0].n_progenitors = 4;
  const Inspection in = inspect_file(f);
  EXPECT_EQ(only(in, "progenitors_missing").examples[0].what, "should have 4, has 2");
  Parameters p;
  p.check_progenitors = false;
  EXPECT_TRUE(inspect_file(f, p).examination.accepted());
}

TEST(TreeCheck, AHaloThatEndsBeforeTheLastSnapshotIsAWarning) {
  TinyFile f = two_trees();
  f.trees.push_back({50, {{0.16, 50, -1, 3e9}}});
  const Inspection in = inspect_file(f);
  const Finding& found = only(in, "ends_early");
  EXPECT_EQ(found.severity, Severity::warning);
  EXPECT_EQ(found.count, 1);
  EXPECT_EQ(found.of, 3);
  EXPECT_EQ(found.examples[0].halo_id, 50);
  EXPECT_TRUE(in.examination.accepted());
}

TEST(TreeCheck, SkippedSnapshotsAreNotedAndIdsTooLargeForThemAreErrors) {
  TinyFile f = two_trees();
  f.trees.push_back({60, {{0.2, 60, -1, 2e9}, {0.14, 61, 60, 1.5e9}}});
  Inspection in = inspect_file(f);
  EXPECT_EQ(only(in, "skipped_snapshot").severity, Severity::note);
  EXPECT_EQ(only(in, "skipped_snapshot").examples[0].halo_id, 61);
  EXPECT_TRUE(in.examination.accepted());
  f.trees[2].halos[1].id = 1L << 50;
  in = inspect_file(f);
  EXPECT_THAT(errors_of(in), ::testing::ElementsAre("id_too_large"));
}

TEST(TreeCheck, HostsInOtherTreesAndInSatellitesAreNoted) {
  const Inspection in = inspect_path(CECROPIA_SOURCE_DIR "/tests/data/trees/tiny");
  EXPECT_EQ(only(in, "host_in_other_tree").count, 2);
  EXPECT_EQ(only(in, "sub_subhalo").count, 1);
  EXPECT_EQ(only(in, "sub_subhalo").examples[0].halo_id, 210);
  EXPECT_EQ(only(in, "phantom").count, 1);
  EXPECT_EQ(only(in, "phantom").examples[0].halo_id, 130);
  EXPECT_EQ(only(in, "skipped_snapshot").examples[0].halo_id, 330);
  EXPECT_TRUE(in.examination.accepted());
}

TEST(TreeCheck, ManyPhantomsAreAWarning) {
  TinyFile f = two_trees();
  EXPECT_EQ(find(inspect_file(f).examination.findings, "phantom"), nullptr);
  f.trees[0].halos[1].phantom = f.trees[0].halos[2].phantom = 1;
  EXPECT_EQ(only(inspect_file(f), "phantom").severity, Severity::warning);
}

const std::vector<double> six_scales{0.2, 0.18, 0.17, 0.16, 0.15, 0.14};

TEST(TreeCheck, AMassJumpIsGrowthThatProgenitorsDoNotExplain) {
  Inspection in = inspect_file(chain({9e10, 9e10, 9e10, 2e10, 2e10, 1e9}, six_scales));
  ASSERT_EQ(only(in, "mass_jump").count, 1);
  EXPECT_EQ(only(in, "mass_jump").severity, Severity::warning);
  EXPECT_EQ(only(in, "mass_jump").examples[0].halo_id, 4);
  TinyFile merger = chain({9e10, 9e10, 9e10, 2e10, 2e10, 1e9}, six_scales);
  merger.trees[0].halos.push_back({0.16, 77, 3, 1.9e10, -1, 1.0, 0, 0});  // with it the growth is less than a factor 3
  in = inspect_file(merger);
  EXPECT_EQ(find(in.examination.findings, "mass_jump"), nullptr);
  in = inspect_file(chain({2e10, 2e10, 2e10, 9e10, 9e10, 1e9}, six_scales));  // loss
  EXPECT_EQ(only(in, "mass_jump").examples[0].halo_id, 4);
  EXPECT_EQ(only(in, "mass_falls").count, 1);
  in = inspect_file(chain({4e9, 4e9, 4e9, 1e9, 1e9, 1e9}, six_scales));  // too light to be relied on
  EXPECT_EQ(find(in.examination.findings, "mass_jump"), nullptr);
}

TEST(TreeCheck, AMassDipIsAPassingFall) {
  const Inspection in = inspect_file(chain({9e10, 8e10, 2e10, 1e10, 7e10, 1e9}, six_scales));
  ASSERT_EQ(only(in, "mass_dip").count, 1);
  EXPECT_EQ(only(in, "mass_dip").examples[0].halo_id, 5);
  EXPECT_THAT(only(in, "mass_dip").remedy, HasSubstr("smooth_mass_dips"));
  // A dip explains its own jumps; what is left is the growth to halo 5.
  EXPECT_EQ(find(in.examination.findings, "mass_jump"), nullptr);
  EXPECT_EQ(find(inspect_file(chain({2e10, 2e10, 2e10, 2e10, 7e10, 1e9}, six_scales)).examination.findings, "mass_dip"),
            nullptr);
}

TEST(TreeCheck, AMassSwapIsHostAndSatelliteInEachOthersPlace) {
  TinyFile f;
  f.trees = {{1, {{0.2, 1, -1, 2e10}, {0.18, 2, 1, 9e10}}},
             {11, {{0.2, 11, -1, 8.8e10}, {0.18, 12, 11, 1.9e10}, {0.16, 13, 12, 1e9}}}};
  f.trees[0].halos[1].host = -1;
  f.trees[1].halos[1].host = 2;
  f.trees[1].halos[0].host = 1;
  const Inspection in = inspect_file(f);
  ASSERT_EQ(only(in, "mass_swap").count, 1);
  EXPECT_EQ(only(in, "mass_swap").examples[0].halo_id, 11);
  EXPECT_THAT(only(in, "mass_swap").examples[0].what, HasSubstr("inside halo 1"));
  EXPECT_EQ(find(in.examination.findings, "mass_jump"), nullptr);
}

TEST(TreeCheck, HalosOfFewParticlesAreCountedWhereTheMassOfAParticleIsKnown) {
  EXPECT_EQ(find(inspect_file(two_trees()).examination.findings, "scarce_halos"), nullptr);
  Parameters p;
  p.particle_mass_msun = 4e7 / h;
  const Inspection in = inspect_file(two_trees(), p);
  EXPECT_EQ(only(in, "scarce_halos").count, 2);  // 5e8 and 7e8; 8e8 has just 20
  EXPECT_THAT(only(in, "scarce_halos").examples[0].what, HasSubstr("12.5 particles"));
  EXPECT_NEAR(in.examination.well_resolved_msun, 100.0 * 4e7 / h, 1.0);
}

TEST(TreeCheck, ACosmologyThatContradictsTheParametersDoesNotHideTheRest) {
  TinyFile f = two_trees();
  f.cosmology = "#Omega_M = 0.270000; Omega_L = 0.730000; h0 = 0.677400";
  f.trees[0].halos[4].host = 12345;
  const Inspection in = inspect_file(f);
  EXPECT_THAT(errors_of(in), ::testing::ElementsAre("cosmology", "orphan_host"));
  EXPECT_THAT(only(in, "cosmology").what, HasSubstr("Omega_M = 0.27"));
  EXPECT_THAT(only(in, "cosmology").remedy, HasSubstr("cosmology.omega_m"));
  EXPECT_EQ(in.examination.halos, 7);
}

TEST(TreeCheck, WhatTheReaderCannotUnderstandIsTheOnlyFinding) {
  const std::string text = two_trees().text();
  const Inspection in = inspect_text(text.substr(0, text.size() - 20));
  EXPECT_THAT(errors_of(in), ::testing::ElementsAre("unreadable"));
  EXPECT_THAT(only(in, "unreadable").what, HasSubstr("cut"));
  EXPECT_THAT(only(in, "unreadable").examples[0].what, HasSubstr("line 14"));
  EXPECT_FALSE(in.examination.accepted());
  EXPECT_THAT(only(inspect_path("/no/such/trees"), "unreadable").what, HasSubstr("there are no trees"));
}

TEST(TreeCheck, ASetWithoutHalosIsAnError) {
  TinyFile f;
  EXPECT_FALSE(inspect_file(f).examination.accepted());
}

TEST(TreeCheck, RemarksOfTheReaderAreWarnings) {
  TinyFile f = two_trees();
  f.cosmology.clear();
  const Inspection in = inspect_file(f);
  EXPECT_THAT(only(in, "source").examples[0].what, HasSubstr("Omega_M"));
  EXPECT_TRUE(in.examination.accepted());
}

// What only a catalogue can show, because the reader of consistent-trees refuses or corrects it.

Catalogue catalogue_of(const TinyFile& file, ForestInfo& info) {
  const Folder folder;
  Parameters p;
  p.path = folder.write("tree_0_0_0.dat", file.text());
  return read_catalogue(p, {}, cosmology::Cosmology(), {}, parallel::Communicator::self(), info);
}

Examination examined(const Catalogue& c, const ForestInfo& info) {
  return examine(c, info, cosmology::Cosmology(), parallel::Communicator::self());
}

TEST(Arrange, AForestWithoutHalosIsNamed) {
  ForestInfo info;
  info.source = "nowhere";
  EXPECT_THAT(
      cecropia::testing::refusal([&] { arrange({}, info, cosmology::Cosmology(), parallel::Communicator::self()); }),
      HasSubstr("the trees at 'nowhere' hold no halos"));
}

bool is_refused(const Catalogue& c, const ForestInfo& info) {
  try {
    arrange(c, info, cosmology::Cosmology(), parallel::Communicator::self());
  } catch (const InputError&) {
    return true;
  }
  return false;
}

TEST(TreeCheck, MassesThatAreNoMassesAreNamed) {
  ForestInfo info;
  Catalogue c = catalogue_of(two_trees(), info);
  c.m_vir_msun[1] = std::numeric_limits<double>::quiet_NaN();
  c.m_vir_msun[2] = -1.0;
  const Examination e = examined(c, info);
  ASSERT_NE(find(e.findings, "bad_mass"), nullptr);
  EXPECT_EQ(find(e.findings, "bad_mass")->count, 2);
  EXPECT_TRUE(is_refused(c, info));
}

TEST(TreeCheck, PositionsOutsideTheBoxAreBroughtInAndThoseFartherAwayRefused) {
  ForestInfo info;
  Catalogue c = catalogue_of(two_trees(), info);
  const Forest before = arrange(c, info, cosmology::Cosmology(), parallel::Communicator::self());
  c.position_cmpc[0][1] += static_cast<float>(info.box_cmpc);
  Examination e = examined(c, info);
  ASSERT_NE(find(e.findings, "outside_box"), nullptr);
  EXPECT_TRUE(e.accepted());
  const Forest after = arrange(c, info, cosmology::Cosmology(), parallel::Communicator::self());
  for (Halo i = 0; i < after.n_halos(); ++i)
    for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(after.position_cmpc[i][k], before.position_cmpc[i][k], 1e-5);
  c.position_cmpc[0][1] += 2.0F * static_cast<float>(info.box_cmpc);
  e = examined(c, info);
  ASSERT_NE(find(e.findings, "no_place"), nullptr);
  EXPECT_TRUE(is_refused(c, info));
  c.position_cmpc[0][1] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_FALSE(examined(c, info).accepted());
  EXPECT_TRUE(is_refused(c, info));
}

TEST(TreeCheck, TheMassFunctionOfADrawFromShethTormenAgreesAndHalfAsManyHalosDoNot) {
  const cosmology::Cosmology cosmos;
  ForestInfo info;
  info.source = "drawn";
  info.format = "consistent_trees";
  info.box_cmpc = 40.0;
  info.volume_cmpc3 = 64000.0;
  const double z = 6.0;
  const cosmology::Variance variance(cosmos, info.box_cmpc * cosmos.parameters().h);
  const auto drawn = [&](double share) {
    Catalogue c;
    c.redshift = {z};
    const double step = 0.01;
    for (double x = 9.0 + 0.5 * step; x < 12.0; x += step) {
      const double m = std::pow(10.0, x);
      const auto n =
          static_cast<int>(std::lround(share * cosmology::sheth_tormen(variance, m, z) * step * info.volume_cmpc3));
      for (int i = 0; i < n; ++i) {
        const auto id = static_cast<std::int64_t>(c.id.size());
        append(c, {id, -1, -1, 0, m, {1.0F, 1.0F, 1.0F}, 0}, static_cast<std::uint32_t>(id));
        c.forest_id.push_back(id);
        c.weight_per_cmpc3.push_back(1.0 / info.volume_cmpc3);
      }
    }
    return c;
  };
  info.particle_mass_msun = 1e7;  // tests from 1e9 Msun on
  EXPECT_EQ(find(examined(drawn(1.0), info).findings, "mass_function"), nullptr);
  const Examination e = examined(drawn(0.4), info);
  ASSERT_NE(find(e.findings, "mass_function"), nullptr);
  EXPECT_EQ(find(e.findings, "mass_function")->severity, Severity::warning);
  EXPECT_GT(find(e.findings, "mass_function")->count, 2);
}

TEST(TreeCheck, RefusesExactlyWhatARunRefuses) {
  ForestInfo info;
  const Catalogue good = catalogue_of(two_trees(), info);
  info.volume_cmpc3 = 0.0;  // no mass function, which takes most of the time
  std::mt19937 chance(3);   // the same damage every time
  int refused = 0;
  for (int i = 0; i < 4000; ++i) {
    Catalogue c = good;
    const int hits = 1 + static_cast<int>(chance() % 2);
    for (int k = 0; k < hits; ++k) {
      const std::size_t a = chance() % c.n_halos(), b = chance() % c.n_halos();
      switch (chance() % 8) {
        case 0:
          c.descendant_id[a] = c.id[b];
          break;
        case 1:
          c.host_id[a] = c.id[b];
          break;
        case 2:
          c.id[a] = c.id[b];
          break;
        case 3:
          c.level[a] = c.level[b];
          break;
        case 4:
          c.descendant_id[a] = static_cast<std::int64_t>(chance() % 50) - 1;
          break;
        case 5:
          c.forest[a] = c.forest[b];
          break;
        case 6:
          c.m_vir_msun[a] *= static_cast<double>(chance() % 3);
          break;
        default:
          c.position_cmpc[a][0] = static_cast<float>(chance() % 30) - 10.0F;
          c.n_progenitors_expected[b] += chance() % 4 == 0 ? 1 : 0;
      }
    }
    const bool by_run = is_refused(c, info);
    EXPECT_EQ(!examined(c, info).accepted(), by_run) << "damage number " << i;
    refused += by_run ? 1 : 0;
  }
  EXPECT_GT(refused, 1000);
  EXPECT_LT(refused, 3900);
}

TEST(TreeCheck, TheRealTreesHaveTheTraitsThatTheirIndependentCheckCounts) {
  const Inspection in = inspect_path(CECROPIA_SOURCE_DIR "/trees/nbody_4mpc_64");
  EXPECT_TRUE(in.examination.accepted());
  EXPECT_EQ(in.examination.halos, 7667);
  EXPECT_EQ(in.examination.trees, 499);
  EXPECT_EQ(only(in, "host_in_other_tree").count, 75);
  EXPECT_EQ(only(in, "host_in_other_tree").of, 204);
  EXPECT_EQ(only(in, "sub_subhalo").examples[0].halo_id, 3560);
  EXPECT_EQ(only(in, "phantom").count, 278);
  // "short of the mass function at high redshift" (its README)
  EXPECT_NE(find(in.examination.findings, "mass_function"), nullptr);
  for (const Finding& f : in.examination.findings) EXPECT_LE(f.examples.size(), most_examples);
  EXPECT_THAT(names_of(in), Each(::testing::Not(AllOf(HasSubstr("orphan")))));
}

}  // namespace
}  // namespace cecropia::tree
