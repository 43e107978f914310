// The state that a checkpoint keeps of a walk, changed or cut anywhere, is either taken up or refused: no crash, no
// undefined behaviour. (Hashes in the file find such changes before; HDF5 itself is not tested here.)
#include <mpi.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "../testing/one_halo.hpp"
#include "../testing/surroundings.hpp"
#include "cecropia/core/error.hpp"
#include "cecropia/model/walk.hpp"
#include "cecropia/stars/builder.hpp"
#include "some_columns.hpp"

namespace {
using namespace cecropia;

struct World {
  cosmology::Cosmology cosmos;
  tree::Forest forest = made::smooth_halo(cosmos, 3e9, 40.0);
  stars::Tables tables = stars::build({});
  model::Physics physics{physics::Parameters{},
                         model::Parameters{},
                         cosmos,
                         tables,
                         stars::Imf::kroupa(0.01, 250.0),
                         stars::Imf::power_law(13.6, 197.0, 1.77),
                         5.0,
                         forest.age_myr.back(),
                         random::Seed{1, 0}};
  parallel::Communicator ranks = parallel::Communicator::self();

  space::Surroundings surroundings() const { return {space::AllParameters{}, cosmos, 0.0, random::Seed{1, 0}, ranks}; }
  /// In the middle of the walk, with stars.
  model::WalkState saved() const {
    space::Surroundings around = surroundings();
    model::Walk walk(forest, physics, around, ranks);
    while (walk.levels_done() < forest.n_levels() / 2) static_cast<void>(walk.next());
    return walk.save();
  }
};

void change(std::string& text, tree::fuzz::Bytes& bytes) {
  if (bytes.below(8) == 0) text.resize(bytes.raw<std::uint16_t>() % (text.size() + 1));
  for (std::size_t n = bytes.below(8); n > 0 && !text.empty(); --n) {
    const std::size_t place = bytes.raw<std::uint16_t>() % text.size();
    text[place] = static_cast<char>(bytes.next());
  }
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  MPI_Init(argc, argv);
  std::atexit([] { MPI_Finalize(); });
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const World world;
  static const model::WalkState sound = world.saved();
  tree::fuzz::Bytes bytes(data, size);
  model::WalkState state = sound;
  change(state.halos, bytes);
  change(state.common, bytes);
  if (bytes.below(4) == 1)
    for (std::int64_t& n : state.bytes) n = bytes.integer();
  if (bytes.below(4) == 1) state.levels_done = bytes.below(64);
  space::Surroundings around = world.surroundings();
  model::Walk walk(world.forest, world.physics, around, world.ranks);
  try {
    walk.restore(state);
  } catch (const InputError&) {
  } catch (const InternalError&) {  // rings of another size, which only another program could have written
  }
  return 0;
}
