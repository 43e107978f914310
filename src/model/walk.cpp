#include "cecropia/model/walk.hpp"

#include <utility>

#include "cecropia/core/error.hpp"
#include "cecropia/model/galaxy_models.hpp"
#include "cecropia/parallel/agree.hpp"
#include "walker.hpp"

namespace cecropia::model {

struct Walk::Inside {
  const tree::Forest& forest;
  const parallel::Communicator& ranks;
  std::unique_ptr<GalaxyModel> galaxies;
  std::size_t done = 0;
};

Walk::Walk(const tree::Forest& forest, std::unique_ptr<GalaxyModel> galaxies, const parallel::Communicator& ranks)
    : inside_(new Inside{forest, ranks, std::move(galaxies)}) {}
Walk::Walk(const tree::Forest& forest, const Physics& physics, space::Surroundings& surroundings,
           const parallel::Communicator& ranks)
    : Walk(forest, asloth_galaxies(forest, physics, surroundings), ranks) {}
Walk::~Walk() = default;

std::unique_ptr<GalaxyModel> asloth_galaxies(const tree::Forest& forest, const Physics& physics,
                                             space::Surroundings& surroundings) {
  return std::make_unique<Walker>(forest, physics, surroundings);
}

std::size_t Walk::levels_done() const { return inside_->done; }
bool Walk::is_done() const { return inside_->done == inside_->forest.n_levels(); }

LevelView Walk::next() {
  Inside& in = *inside_;
  in.galaxies->open(in.done);
  parallel::together(in.ranks, [&] { in.galaxies->visit(in.forest.halos_at(in.done)); });
  in.galaxies->emit(in.ranks);
  ++in.done;
  return in.galaxies->view();
}

WalkResult Walk::result() {
  Inside& in = *inside_;
  WalkResult result = in.galaxies->result(in.ranks);
  result.halo_levels = in.ranks.sum(static_cast<std::int64_t>(in.forest.n_halos()));
  return result;
}

WalkState Walk::save() {
  const Inside& in = *inside_;
  WalkState state;
  state.levels_done = in.done;
  ByteWriter archive;
  const tree::HaloRange halos = in.forest.halos_at(in.done - 1);
  for (tree::Halo h = halos.first; h < halos.last; ++h) {
    const std::size_t before = archive.bytes().size();
    in.galaxies->save(h, archive);
    state.halo_id.push_back(in.forest.id[h]);
    state.bytes.push_back(static_cast<std::int64_t>(archive.bytes().size() - before));
  }
  state.halos = archive.take();
  ByteWriter common;
  in.galaxies->save_common(common, in.ranks);
  if (in.ranks.is_root()) state.common = common.take();
  return state;
}

void Walk::restore(const WalkState& state) {
  Inside& in = *inside_;
  if (state.levels_done == 0 || state.levels_done > in.forest.n_levels()) refuse_state();
  in.done = state.levels_done;
  in.galaxies->open(in.done - 1);
  parallel::together(in.ranks, [&] {
    ByteReader archive(state.halos, "the states of galaxies");
    const tree::HaloRange halos = in.forest.halos_at(in.done - 1);
    if (state.halo_id.size() != halos.size()) refuse_state();
    for (tree::Halo h = halos.first; h < halos.last; ++h) {
      if (state.halo_id[h - halos.first] != in.forest.id[h]) refuse_state();
      in.galaxies->restore(h, archive);
    }
    if (!archive.at_end()) refuse_state();
  });
  ByteReader common(state.common, "tallies and surroundings");
  in.galaxies->restore_common(common, in.ranks);
  parallel::on_root(in.ranks, [&] {
    if (!common.at_end()) refuse_state();
  });
}

WalkResult walk(const tree::Forest& forest, const Physics& physics, space::Surroundings& surroundings,
                const parallel::Communicator& ranks, const ObserveLevel& observe, const LevelDone& done) {
  Walk walk(forest, physics, surroundings, ranks);
  while (!walk.is_done()) {
    observe(walk.next());
    if (done(walk.levels_done(), forest.n_levels())) throw StopRequested("stopped on request between two levels");
  }
  return walk.result();
}

}  // namespace cecropia::model
