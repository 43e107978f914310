#include "cecropia/tree/source.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "cecropia/core/error.hpp"
#include "cecropia/parallel/agree.hpp"
#include "cecropia/tree/catalogue.hpp"
#include "cecropia/tree/consistent_trees.hpp"
#include "cecropia/tree/partition.hpp"

namespace cecropia::tree {

const std::vector<Parameter<Parameters>> rows{
    text<&Parameters::path>("path", "Where the trees come from: 'eps', a tree file, or a folder with tree files.",
                            "docs/trees.md"),
    choice<&Parameters::format, format_names>("format", "Format of the tree files; 'auto' recognises it.",
                                              "docs/trees.md"),
    text<&Parameters::mass_column>("mass_column", "Column of the tree file that holds the halo mass.", "docs/trees.md"),
    number<&Parameters::cosmology_tolerance>(
        "cosmology_tolerance", "-", "Largest relative difference of Omega_M and h between tree files and parameters.",
        "docs/trees.md, CHOICE", 0.0, 1.0),
    number<&Parameters::volume_cmpc3>("volume_cmpc3", "cMpc^3",
                                      "Comoving volume that the tree files stand for; 0: the box in their header.",
                                      "TRE-3", 0.0, 1e12),
    flag<&Parameters::check_progenitors>(
        "check_progenitors", "Compare the progenitors found with the number the file gives; false for pruned trees.",
        "docs/trees.md")};

namespace {

/// EPS trees of this rank's contiguous share.
Catalogue grow_share(const EpsParameters& eps, const cosmology::Cosmology& cosmology, random::Seed seed,
                     const parallel::Communicator& ranks) {
  const std::vector<std::size_t> cut = contiguous_cut(eps_cost(eps, cosmology), ranks.size());
  const auto r = static_cast<std::size_t>(ranks.rank());
  return grow_eps(eps, cosmology, seed, static_cast<std::int64_t>(cut[r]), static_cast<std::int64_t>(cut[r + 1]));
}

}  // namespace

Format format_of(const Parameters& p) {
  if (p.format != Format::automatic) return p.format;
  if (p.path == "eps") return Format::eps;
  std::error_code error;
  if (!std::filesystem::exists(p.path, error))
    throw InputError({fmt::format("there are no trees at '{}'", p.path), p.path,
                      "'eps', a tree file, or a folder with tree files",
                      "check the path (parameter 'trees.path' or the option --trees)"});
  if (consistent_trees::recognise(p.path)) return Format::consistent_trees;
  if (!std::filesystem::is_directory(p.path, error) && std::filesystem::file_size(p.path, error) == 0 && !error)
    throw InputError({fmt::format("the tree file '{}' is empty", p.path), fmt::format("{}, byte 0", p.path),
                      "a tree file of consistent-trees, plain or gzip", "copy the file again"});
  throw InputError(
      {fmt::format("the format of the trees at '{}' is not known", p.path), p.path,
       "consistent-trees ASCII: a file that begins with '#scale(0) id(1) ...', plain or gzip, or a folder with "
       "tree_*.dat or tree_*.dat.gz",
       "check the path, or name the format with trees.format"});
}

Forest load(const Parameters& parameters, const EpsParameters& eps, const cosmology::Cosmology& cosmology,
            random::Seed seed, const parallel::Communicator& ranks) {
  Format format = Format::automatic;
  parallel::together(ranks, [&] { format = format_of(parameters); });
  ForestInfo info;
  Catalogue catalogue;
  if (format == Format::eps) {
    parallel::together(ranks, [&] {
      check(eps);
      info = eps_info(eps);
      catalogue = grow_share(eps, cosmology, seed, ranks);
    });
  } else {
    const consistent_trees::Options options{parameters.mass_column, parameters.cosmology_tolerance,
                                            parameters.volume_cmpc3, parameters.check_progenitors};
    catalogue = consistent_trees::read(parameters.path, options, cosmology.parameters(), ranks, info);
  }
  return arrange(catalogue, info, cosmology, ranks);
}

}  // namespace cecropia::tree
