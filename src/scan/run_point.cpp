#include "cecropia/scan/run_point.hpp"

#include <fmt/format.h>

#include "cecropia/core/archive.hpp"
#include "cecropia/core/error.hpp"
#include "cecropia/io/hash.hpp"
#include "cecropia/observe/observer.hpp"
#include "cecropia/parallel/agree.hpp"

namespace cecropia::scan {
namespace {

/// Collective: one rank reads the file of a tabulated IMF.
stars::ImfModel load_imf(const stars::ImfParameters& p, const parallel::Communicator& ranks) {
  if (p.form != stars::ImfForm::table) return stars::ImfModel(p);
  std::string text;
  parallel::on_root(ranks, [&] { text = stars::read_imf_text(p.file); });
  return stars::ImfModel(p, ranks.broadcast(text));
}

std::uint64_t hash_of(const stars::ImfModel& ii, const stars::ImfModel& iii) {
  const std::uint64_t a = ii.table_hash(), b = iii.table_hash();
  return a == 0 && b == 0 ? 0 : io::hash64(fmt::format("{:016x} {:016x}", a, b));
}

}  // namespace

std::uint64_t imf_hash(const Settings& settings, const parallel::Communicator& ranks) {
  return hash_of(load_imf(settings.stars.imf_ii(), ranks), load_imf(settings.stars.imf_iii(), ranks));
}

PointReport run_point(const Settings& settings, const tree::Forest& forest, const stars::Tables& tables,
                      const observe::Observations& observations, const parallel::Communicator& ranks,
                      const PointHooks& hooks) {
  const cosmology::Cosmology cosmos(settings.cosmology);
  const stars::ImfModel imf_ii = load_imf(settings.stars.imf_ii(), ranks);
  const stars::ImfModel imf_iii = load_imf(settings.stars.imf_iii(), ranks);
  const model::Physics physics(settings.physics, settings.model, cosmos, tables, imf_ii, imf_iii,
                               settings.stars.m_massive_msun, forest.age_myr.back(), settings.seed());
  space::Surroundings surroundings(settings.space, cosmos, forest.info.box_cmpc, settings.seed(), ranks);
  PointReport report;
  report.observations_hash = observations.content_hash();
  report.imf_hash = hash_of(imf_ii, imf_iii);
  observe::Observer observer(settings.observe, observations, cosmos, forest.info);
  if (hooks.write_populations) hooks.write_populations(physics);
  model::Walk walk(forest, physics, surroundings, ranks);
  if (hooks.begin)
    if (const auto from = hooks.begin(report)) {
      walk.restore(from->walk);
      ByteReader observed(from->observer, "observed sums");
      observer.restore(observed, ranks);
    }
  while (!walk.is_done()) {
    const model::LevelView view = walk.next();
    observer.observe_level(view);
    if (hooks.write_level) hooks.write_level(view);
    const Pause pause = hooks.pause ? hooks.pause(walk.levels_done(), forest.n_levels()) : Pause{};
    if (pause.keep && hooks.keep) {
      ByteWriter observed;
      observer.save(observed, ranks);
      hooks.keep({walk.save(), observed.take()});
    }
    if (pause.stop) throw StopRequested("stopped on request between two levels");
  }
  report.walk = walk.result();
  report.results = observer.finish(ranks);
  return report;
}

}  // namespace cecropia::scan
