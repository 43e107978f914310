#include "cecropia/app/loading.hpp"

#include <spdlog/spdlog.h>

#include <utility>
#include <vector>

#include "cecropia/core/version.hpp"
#include "cecropia/parallel/agree.hpp"
#include "cecropia/stars/cache.hpp"
#include "cecropia/stars/node_tables.hpp"
#include "cecropia/stars/range.hpp"
#include "cecropia/tree/source.hpp"

namespace cecropia::app {
using parallel::Communicator;

void say_what_will_run(const config::Document& document, const Communicator& world) {
  if (!world.is_root()) return;
  spdlog::info("cecropia {} ({}), {} rank{}", version(), git_revision(), world.size(), world.size() == 1 ? "" : "s");
  for (const config::Change& change : document.changes())
    spdlog::debug("{} = {} ({})", change.name, change.value, change.origin);
}

stars::Tables load_tables(const scan::Settings& settings, const Communicator& ranks) {
  stars::Tables tables;
  parallel::on_root(ranks, [&] {
    tables = stars::load_or_build(settings.stars);
    scan::check(settings, tables);
    stars::check_imf_files(settings.stars, tables);
  });
  const bool once_per_node = ranks.any(tables.stars().bytes() > stars::largest_copied_tables_bytes);
  const Communicator node = ranks.split_by_node();
  parallel::together(ranks, [&] {
    if (!ranks.is_root() && (!once_per_node || node.is_root())) tables = stars::load_or_build(settings.stars);
  });
  if (!once_per_node) return tables;
  if (ranks.is_root())
    spdlog::info("stellar tables of {:.0f} MiB live once per node",
                 static_cast<double>(tables.stars().bytes()) / 1048576.0);
  return stars::share_on_node(node, tables);
}

tree::Forest load_trees(const scan::Settings& settings, const Communicator& ranks) {
  const cosmology::Cosmology cosmos(settings.cosmology);
  return tree::load(settings.trees, settings.eps, cosmos, settings.seed(), ranks);
}

void say_which_trees(const tree::Forest& forest) {
  spdlog::info("{} halos in {} forests, {} levels from z = {:.4g} to {:.4g} ({})", forest.info.n_halos,
               forest.info.n_forests, forest.n_levels(), forest.redshift.front(), forest.redshift.back(),
               forest.info.source);
  for (const std::string& warning : forest.info.warnings) spdlog::warn("{}", warning);
}

void say_which_stars(const model::Physics& physics, const stars::Tables& tables) {
  const std::vector<double>& z = tables.z_grid();
  const stars::MetallicityLookup& bins = physics.metallicities;
  const stars::MetallicityBins of_ii{bins.first_pop_ii_bin(), tables.n_z() - 1}, of_iii{0, bins.last_pop_iii_bin()};
  spdlog::info("stars: {}", tables.source());
  spdlog::info("stars: Z = {:.4g} to {:.4g}; Population II takes Z = {:.4g} to {:.4g}, Population III {:.4g} to {:.4g}",
               z.front(), z.back(), z[of_ii.first], z[of_ii.last], z[of_iii.first], z[of_iii.last]);
  for (const std::string& remark : stars::metallicity_remarks(tables)) spdlog::warn("stellar tables: {}", remark);
  for (const auto& [populations, range] : {std::pair(&physics.pop_ii, of_ii), std::pair(&physics.pop_iii, of_iii)}) {
    stars::LargestReturn most;
    for (const stars::Population& population : populations->all())
      if (const auto here = stars::largest_return(population, tables, range);
          here.returned_over_taken > most.returned_over_taken)
        most = here;
    if (most.returned_over_taken > stars::largest_usual_return)
      spdlog::warn(
          "stellar tables: stars drawn around {:.4g} Msun (Z = {:.4g}, Population {}) return up to {:.3g} times the "
          "mass they took: the steps in mass are wide there (import with --fill standard to have them narrow)",
          most.m_msun, most.z, populations == &physics.pop_ii ? "II" : "III", most.returned_over_taken);
  }
}

}  // namespace cecropia::app
