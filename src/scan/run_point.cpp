#include "cecropia/scan/run_point.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <utility>

#include "cecropia/config/document.hpp"
#include "cecropia/core/archive.hpp"
#include "cecropia/core/error.hpp"
#include "cecropia/core/paths.hpp"
#include "cecropia/io/hash.hpp"
#include "cecropia/model/galaxy_models.hpp"
#include "cecropia/observe/observer.hpp"
#include "cecropia/parallel/agree.hpp"
#include "cecropia/stars/yield_rows.hpp"

namespace cecropia::scan {
namespace {

/// Collective: one rank reads the file of a tabulated IMF.
stars::ImfModel load_imf(const stars::ImfParameters& p, const parallel::Communicator& ranks) {
  if (p.form != stars::ImfForm::table) return stars::ImfModel(p);
  std::string text;
  parallel::on_root(ranks, [&] { text = stars::read_imf_text(p.file); });
  return stars::ImfModel(p, ranks.broadcast(text));
}

/// The yields of single stars that discs need.
struct Yields {
  std::string name, text;
  bool own = false;  ///< a file of the user

  /// Collective: one rank reads them.
  Yields(const Settings& settings, const parallel::Communicator& ranks)
      : name(settings.disc.stars.yields_file), own(!name.empty()) {
    if (!own) name = "params/yields/nomoto2013_elements.csv";
    parallel::on_root(ranks, [&] { text = config::read_text(own ? std::filesystem::path(name) : find_data(name)); });
    text = ranks.broadcast(text);
  }
  std::uint64_t own_hash() const { return own ? io::hash64(text) : 0; }
  disc::Ejecta ejecta(disc::MassiveEjecta massive) const {
    return disc::Ejecta(stars::parse_yield_rows(name, text), massive, name);
  }
};

std::uint64_t hash_of(const stars::ImfModel& ii, const stars::ImfModel& iii) {
  const std::uint64_t a = ii.table_hash(), b = iii.table_hash();
  return a == 0 && b == 0 ? 0 : io::hash64(fmt::format("{:016x} {:016x}", a, b));
}

}  // namespace

std::uint64_t own_tables_hash(const Settings& settings, const parallel::Communicator& ranks) {
  switch (settings.model.galaxies) {
    case model::GalaxyKind::asloth:
      return hash_of(load_imf(settings.stars.imf_ii(), ranks), load_imf(settings.stars.imf_iii(), ranks));
    case model::GalaxyKind::disc:
      return Yields(settings, ranks).own_hash();
    case model::GalaxyKind::bathtub:
      break;
  }
  return 0;
}

namespace {

/// A model of galaxies, with all that it refers to. Stays where it is made.
class Galaxies {
 public:
  /// Collective. InputError if a file cannot be read.
  Galaxies(const Settings& settings, const tree::Forest& forest, const stars::Tables& tables,
           const cosmology::Cosmology& cosmos, const parallel::Communicator& ranks, const PointHooks& hooks,
           PointReport& report) {
    switch (settings.model.galaxies) {
      case model::GalaxyKind::asloth:
        imf_ii_.emplace(load_imf(settings.stars.imf_ii(), ranks));
        imf_iii_.emplace(load_imf(settings.stars.imf_iii(), ranks));
        report.own_tables_hash = hash_of(*imf_ii_, *imf_iii_);
        physics_.emplace(settings.physics, settings.model, cosmos, tables, *imf_ii_, *imf_iii_,
                         settings.stars.m_massive_msun, forest.age_myr.back(), settings.seed());
        if (hooks.write_populations) hooks.write_populations(*physics_);
        surroundings_.emplace(settings.space, cosmos, forest.info.box_cmpc, settings.seed(), ranks);
        model_ = model::asloth_galaxies(forest, *physics_, *surroundings_);
        break;
      case model::GalaxyKind::disc: {
        const Yields yields(settings, ranks);
        report.own_tables_hash = yields.own_hash();
        model_ = model::disc_galaxies(forest, cosmos, settings.model, settings.disc_parameters(),
                                      yields.ejecta(settings.disc.stars.massive_ejecta), settings.seed());
        break;
      }
      case model::GalaxyKind::bathtub:
        model_ = model::bathtub_galaxies(forest, cosmos, settings.model, settings.bathtub);
        break;
    }
  }
  Galaxies(const Galaxies&) = delete;
  Galaxies& operator=(const Galaxies&) = delete;

  std::unique_ptr<model::GalaxyModel> take() { return std::move(model_); }

 private:
  std::optional<stars::ImfModel> imf_ii_, imf_iii_;
  std::optional<model::Physics> physics_;
  std::optional<space::Surroundings> surroundings_;
  std::unique_ptr<model::GalaxyModel> model_;
};

}  // namespace

PointReport run_point(const Settings& settings, const tree::Forest& forest, const stars::Tables& tables,
                      const observe::Observations& observations, const parallel::Communicator& ranks,
                      const PointHooks& hooks) {
  const cosmology::Cosmology cosmos(settings.cosmology);
  PointReport report;
  report.observations_hash = observations.content_hash();
  Galaxies galaxies(settings, forest, tables, cosmos, ranks, hooks, report);
  observe::Observer observer(settings.observe, observations, cosmos, forest.info);
  model::Walk walk(forest, galaxies.take(), ranks);
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
