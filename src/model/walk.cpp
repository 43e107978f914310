#include "cecropia/model/walk.hpp"

#include "cecropia/core/error.hpp"
#include "cecropia/parallel/agree.hpp"
#include "walker.hpp"

namespace cecropia::model {

struct Walk::Inside {
  const tree::Forest& forest;
  space::Surroundings& surroundings;
  const parallel::Communicator& ranks;
  Walker walker;
  std::size_t done = 0;
};

Walk::Walk(const tree::Forest& forest, const Physics& physics, space::Surroundings& surroundings,
           const parallel::Communicator& ranks)
    : inside_(new Inside{forest, surroundings, ranks, Walker(forest, physics, surroundings)}) {}
Walk::~Walk() = default;

std::size_t Walk::levels_done() const { return inside_->done; }
bool Walk::is_done() const { return inside_->done == inside_->forest.n_levels(); }

LevelView Walk::next() {
  Inside& in = *inside_;
  in.walker.open(in.done);
  const tree::HaloRange halos = in.forest.halos_at(in.done);
  parallel::together(in.ranks, [&] {
    for (tree::Halo h = halos.first; h < halos.last; ++h) in.walker.visit(h);
  });
  in.walker.emit(in.ranks);
  ++in.done;
  return in.walker.view();
}

WalkResult Walk::result() { return inside_->walker.result(inside_->ranks); }

WalkState Walk::save() {
  Inside& in = *inside_;
  WalkState state;
  state.levels_done = in.done;
  in.walker.save(state);
  ByteWriter common;
  in.walker.accounts().save(common, in.ranks);
  in.surroundings.save(common, in.ranks);
  if (in.ranks.is_root()) state.common = common.take();
  return state;
}

void Walk::restore(const WalkState& state) {
  Inside& in = *inside_;
  if (state.levels_done == 0 || state.levels_done > in.forest.n_levels()) refuse_state();
  in.done = state.levels_done;
  in.walker.open(in.done - 1);
  parallel::together(in.ranks, [&] { in.walker.restore(state); });
  ByteReader common(state.common, "tallies and surroundings");
  in.walker.accounts().restore(common, in.ranks);
  in.surroundings.restore(common, in.ranks);
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
