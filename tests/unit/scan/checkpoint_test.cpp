#include "cecropia/scan/checkpoint.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "cecropia/core/error.hpp"
#include "cecropia/io/hash.hpp"
#include "cecropia/io/hdf5.hpp"
#include "testing/one_halo.hpp"

namespace {
using namespace cecropia;
namespace fs = std::filesystem;

/// A file whose description is `identity`, with the hash that belongs to it.
void write_description(const fs::path& path, const std::string& identity, std::int64_t schema,
                       std::int64_t levels_done = 1) {
  io::SerialFile file = io::SerialFile::create(path);
  file.write_attribute("/", "format", "cecropia checkpoint");
  file.write_attribute("/", "schema", schema);
  file.write_attribute("/", "levels_done", levels_done);
  file.write_text("/identity", identity, "-");
  file.write_attribute("/identity", "xxh3_64", io::hex(io::hash64(identity)));
  file.commit();
}

scan::Header header() { return {"cecropia", {{"output", {}}}, "trees", "data"}; }

/// What is said of it in a run on two levels.
std::string refusal(const fs::path& path) {
  const tree::Forest forest = made::one_branch(cosmology::Cosmology{}, {11.0, 10.0}, {1e9, 2e9});
  const parallel::Communicator& ranks = parallel::Communicator::self();
  try {
    scan::Checkpoint(path, ranks).read(forest, header(), nullptr);
  } catch (const InputError& error) {
    return error.complaint().what;
  }
  return "accepted";
}

// The bug: a description that has its hash, but is not what the program writes, ended as a fault of the program.
TEST(Checkpoint, BugADescriptionWithTheRightHashAndTheWrongContentWasNotRefused) {
  const fs::path path = fs::temp_directory_path() / ("checkpoint-" + std::to_string(::getpid()) + ".h5");
  for (const char* identity : {"null", "{}", "[1]", "no JSON", R"({"program":1,"base":2})"}) {
    write_description(path, identity, 1);
    EXPECT_EQ(refusal(path), "this checkpoint is damaged: /identity") << identity;
  }
  for (const std::int64_t levels_done : {0, 3}) {
    write_description(path, scan::to_json(header()).dump(), 1, levels_done);
    EXPECT_EQ(refusal(path), "this checkpoint has a level that the trees do not have");
  }
  write_description(path, "null", 2);
  EXPECT_EQ(refusal(path), "this checkpoint has schema 2, and this program goes on from schema 1 only");
  fs::remove(path);
}
}  // namespace
