// What a conversion refuses is what a run refuses, on any number of ranks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "cecropia/tree/batches.hpp"
#include "cecropia/tree/galacticus_writer.hpp"
#include "mpi/tree/shared_folder.hpp"
#include "testing/refusal.hpp"

namespace cecropia::tree {
namespace {

TEST(ConversionOnAnyNumberOfRanks, RefusesAnIdInForestsOfTwoRanksWithTheWordsOfARun) {
  const auto world = parallel::Communicator::world();
  SharedFolder folder;
  auto trees = testing::two_trees();
  trees.trees[1].halos[1].id = 20;  // as in the other tree
  folder.write("tree_0_0_0.dat", trees.text());
  folder.write("forests.list", "#TreeRootID ForestID\n10 10\n11 11\n");
  Parameters p = folder.parameters();
  p.check_progenitors = false;
  const cosmology::Cosmology cosmos;
  const std::string by_run = testing::refusal([&] { load(p, {}, cosmos, {}, world); });
  const auto set = open_batches(p, {}, cosmos, {}, world);
  const std::string file = p.path + "/converted.hdf5";
  const std::string by_conversion = testing::refusal([&] { galacticus::write(*set, file, world, [](double) {}); });
  EXPECT_THAT(by_run, ::testing::HasSubstr("halo id 20 occurs twice"));
  EXPECT_THAT(by_conversion, ::testing::HasSubstr("halo id 20 occurs twice"));
  EXPECT_FALSE(std::filesystem::exists(file));
}

}  // namespace
}  // namespace cecropia::tree
