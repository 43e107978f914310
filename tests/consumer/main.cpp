// One halo and everything that merged into it, from an extended Press-Schechter tree, evolved by an installed Cecropia
// from a program of its own. Prints stars and metals per level and does the bookkeeping again, from masses of halos and
// what the galaxies hold: ends with 1 where mass or metals are not conserved, with 2 where something cannot be used.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

#include "cecropia/core/error.hpp"
#include "cecropia/cosmology/cosmology.hpp"
#include "cecropia/model/walk.hpp"
#include "cecropia/parallel/communicator.hpp"
#include "cecropia/stars/builder.hpp"
#include "cecropia/stars/parameters.hpp"
#include "cecropia/tree/source.hpp"

namespace {
using namespace cecropia;

constexpr double rounding = 1e-10;  // of sums of thousands of sub-steps

int failures = 0;
void expect(bool holds, const char* what, double is, double should_be) {
  if (holds) return;
  std::fprintf(stderr, "one_halo: %s: %.17g, expected %.17g\n", what, is, should_be);
  ++failures;
}
bool equal(double a, double b) { return std::abs(a - b) <= rounding * std::max(std::abs(a), std::abs(b)); }

/// One root of 10^11 Msun at z = 6.
tree::EpsParameters one_tree() {
  tree::EpsParameters p;
  p.log10_m_root_min = 11.0;
  p.log10_m_root_max = 11.1;
  p.bins_per_dex = 10.0;
  p.trees_per_bin = 1;
  p.resolution_relative = 1e-3;
  p.z_min = 6.0;
  return p;
}

/// Baryons of a galaxy; `m_star_msun` is the mass ever formed, and what stars gave back counts once more.
double baryons_msun(const model::Galaxy& g) { return g.m_hot_msun + g.m_cold_msun + g.m_star_msun + g.m_out_msun; }
double metals_msun(const model::Galaxy& g) { return g.metals_gas_msun[metal_z] + g.metals_out_msun[metal_z]; }

/// The books of the whole tree, kept from outside: a galaxy takes in what its halo's share of baryons lets it (ACC-1),
/// and what it holds beyond that, its stars have given back.
struct Books {
  std::vector<double> held_before_msun;  // by halo of the level before
  tree::Halo first_before = 0;
  double accreted_msun = 0, returned_msun = 0;

  void add(const model::LevelView& level, double baryon_fraction) {
    const tree::HaloRange halos = level.forest.halos_at(level.level.index);
    std::vector<double> held_msun(halos.size(), 0.0);
    for (const model::Galaxy& g : level.galaxies) {
      double brought_msun = 0.0;
      const tree::HaloRange progenitors = level.forest.progenitors_of(g.halo);
      for (tree::Halo p = progenitors.first; p < progenitors.last; ++p)
        brought_msun += held_before_msun[p - first_before];
      const double room_msun = std::max(0.0, baryon_fraction * g.m_vir_msun - brought_msun);
      const double holds_msun = baryons_msun(g);
      const double given_back_msun = holds_msun - brought_msun - room_msun;
      expect(given_back_msun >= -rounding * holds_msun, "stars of a galaxy gave back [Msun]", given_back_msun, 0.0);
      accreted_msun += room_msun;
      returned_msun += given_back_msun;
      held_msun[g.halo - halos.first] = holds_msun;
    }
    held_before_msun = std::move(held_msun);
    first_before = halos.first;
  }
};

int run() {
  const cosmology::Cosmology cosmos;
  const random::Seed seed{7, 0};
  const parallel::Communicator ranks = parallel::Communicator::self();
  const tree::Forest forest = tree::load({}, one_tree(), cosmos, seed, ranks);

  const stars::Parameters star_parameters;
  const stars::Tables tables = stars::build({});
  const model::Physics physics({}, {}, cosmos, tables, stars::ImfModel(star_parameters.imf_ii()),
                               stars::ImfModel(star_parameters.imf_iii()), star_parameters.m_massive_msun,
                               forest.age_myr.back(), seed);
  space::AllParameters pristine;  // one halo has no neighbours
  pristine.surroundings.metals = space::MetalSource::uniform;
  pristine.surroundings.ionisation = space::Ionisation::uniform;
  space::Surroundings surroundings(pristine, cosmos, forest.info.box_cmpc, seed, ranks);

  std::int64_t mergers = 0;
  for (std::size_t h = 0; h < forest.n_halos(); ++h)
    if (forest.n_progenitors[h] > 1) mergers += forest.n_progenitors[h] - 1;
  std::printf("one tree: %lld halos, %lld mergers, %zu levels\n", static_cast<long long>(forest.info.n_halos),
              static_cast<long long>(mergers), forest.n_levels());
  expect(forest.info.n_trees == 1, "trees", static_cast<double>(forest.info.n_trees), 1.0);
  expect(mergers > 10, "mergers in the tree", static_cast<double>(mergers), 11.0);

  std::printf("%8s %8s %9s %13s %13s %13s\n", "z", "age_myr", "galaxies", "m_vir_msun", "m_star_msun", "metals_msun");
  Books books;
  double m_star_before_msun = 0, last_content_msun = 0, last_metals_msun = 0;
  model::Walk walk(forest, physics, surroundings, ranks);
  while (!walk.is_done()) {
    const model::LevelView level = walk.next();
    books.add(level, cosmos.baryon_fraction());
    double m_vir_msun = 0, m_star_msun = 0, metals = 0;
    last_content_msun = 0;
    for (const model::Galaxy& g : level.galaxies) {
      m_vir_msun = std::max(m_vir_msun, g.m_vir_msun);
      m_star_msun += g.m_star_msun;
      metals += metals_msun(g);
      last_content_msun += baryons_msun(g);
    }
    last_metals_msun = metals;
    std::printf("%8.4f %8.2f %9zu %13.6e %13.6e %13.6e\n", level.level.redshift, level.level.age_myr,
                level.galaxies.size(), m_vir_msun, m_star_msun, metals);
    expect(m_star_msun >= (1.0 - rounding) * m_star_before_msun, "stars ever formed [Msun]", m_star_msun,
           m_star_before_msun);
    m_star_before_msun = m_star_msun;
  }

  const model::Budget budget = walk.result().budget;
  std::printf(
      "accreted %.6e Msun, given back by stars %.6e Msun, held %.6e Msun; metals made %.6e Msun, held %.6e Msun\n",
      books.accreted_msun, books.returned_msun, last_content_msun, budget.made_metals_msun, budget.metals_content_msun);
  expect(m_star_before_msun > 0.0, "stars [Msun]", m_star_before_msun, 1.0);
  expect(equal(last_content_msun, budget.content_msun), "baryons at the end [Msun]", last_content_msun,
         budget.content_msun);
  expect(equal(books.accreted_msun, budget.accreted_msun), "accreted [Msun]", books.accreted_msun,
         budget.accreted_msun);
  expect(equal(books.accreted_msun + books.returned_msun, last_content_msun), "accreted and given back [Msun]",
         books.accreted_msun + books.returned_msun, last_content_msun);
  // A small difference of large numbers: by the scale of the large ones.
  expect(std::abs(books.returned_msun - budget.returned_msun) <= rounding * last_content_msun,
         "given back by stars [Msun]", books.returned_msun, budget.returned_msun);
  expect(budget.igm_metals_msun == 0.0, "metals from pristine gas [Msun]", budget.igm_metals_msun, 0.0);
  expect(equal(budget.made_metals_msun, budget.metals_content_msun), "metals at the end [Msun]",
         budget.metals_content_msun, budget.made_metals_msun);
  expect(last_metals_msun > 0.0 && last_metals_msun < budget.metals_content_msun, "metals outside of stars [Msun]",
         last_metals_msun, budget.metals_content_msun);
  expect(budget.stars.missing() == 0, "massive stars missing", static_cast<double>(budget.stars.missing()), 0.0);
  if (failures == 0) std::printf("mass, metals and stars are conserved\n");
  return failures == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const parallel::Environment mpi(argc, argv);
  try {
    return run();
  } catch (const InputError& error) {
    std::fprintf(stderr, "one_halo: %s\n", error.what());
    return 2;
  }
}
