#include "cecropia/scan/run_point.hpp"

#include <utility>

#include "cecropia/observe/observer.hpp"

namespace cecropia::scan {

PointReport run_point(const Settings& settings, const tree::Forest& forest, const stars::Tables& tables,
                      const parallel::Communicator& ranks, const PointHooks& hooks) {
  const cosmology::Cosmology cosmos(settings.cosmology);
  const model::Physics physics(settings.physics, settings.model, cosmos, tables, settings.stars.imf_ii(),
                               settings.stars.imf_iii(), settings.stars.m_massive_msun, forest.age_myr.back(),
                               settings.seed());
  const space::Uniform surroundings(settings.surroundings);
  observe::Observations observations = observe::read_observations(settings.observe.observations_path, ranks);
  PointReport report;
  report.observations_hash = observations.content_hash();
  observe::Observer observer(settings.observe, std::move(observations), cosmos, forest.info);
  report.walk = model::walk(
      forest, physics, surroundings, ranks,
      [&](const model::LevelView& view) {
        observer.observe_level(view);
        if (hooks.write_level) hooks.write_level(view);
      },
      [&](std::size_t done, std::size_t all) { return hooks.done && hooks.done(done, all); });
  report.results = observer.finish(ranks);
  return report;
}

}  // namespace cecropia::scan
