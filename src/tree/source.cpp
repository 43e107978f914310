#include "cecropia/tree/source.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>

#include "cecropia/core/error.hpp"
#include "cecropia/io/hdf5.hpp"
#include "cecropia/parallel/agree.hpp"
#include "cecropia/tree/catalogue.hpp"
#include "cecropia/tree/consistent_trees.hpp"
#include "cecropia/tree/formats.hpp"
#include "cecropia/tree/partition.hpp"
#include "cecropia/tree/reader.hpp"
#include "cecropia/tree/repair.hpp"
#include "cecropia/tree/text_file.hpp"

namespace cecropia::tree {

const std::vector<Parameter<Parameters>> rows{
    text<&Parameters::path>("path", "Where the trees come from: 'eps', a tree file, or a folder with tree files.",
                            "docs/trees.md"),
    choice<&Parameters::format, format_names>("format", "Format of the tree files; 'auto' recognises it.",
                                              "docs/trees.md"),
    text<&Parameters::mass_column>("mass_column",
                                   "Column of the tree file that holds the halo mass; 'auto': Mvir of "
                                   "consistent-trees, else the only one there is.",
                                   "docs/trees.md"),
    text<&Parameters::scale_factors>(
        "scale_factors",
        "Text file with the scale factor of each snapshot, one per line, for formats that do not tell them.",
        "docs/trees.md"),
    number<&Parameters::cosmology_tolerance>(
        "cosmology_tolerance", "-", "Largest relative difference of Omega_M and h between tree files and parameters.",
        "docs/trees.md, CHOICE", 0.0, 1.0),
    number<&Parameters::box_cmpc>("box_cmpc", "cMpc",
                                  "Side of the periodic box, for formats that do not tell it; 0: as the files say.",
                                  "docs/trees.md", 0.0, 1e5),
    number<&Parameters::volume_cmpc3>("volume_cmpc3", "cMpc^3",
                                      "Comoving volume that the tree files stand for; 0: the box in their header.",
                                      "TRE-3", 0.0, 1e12),
    flag<&Parameters::check_progenitors>(
        "check_progenitors", "Compare the progenitors found with the number the file gives; false for pruned trees.",
        "docs/trees.md"),
    texts<&Parameters::repair>("repair",
                               "Repairs to make: drop_duplicates, promote_orphans, flatten_hosts, smooth_mass_dips.",
                               "docs/trees.md, TRE-4"),
    number<&Parameters::particle_mass_msun>(
        "particle_mass_msun", "Msun",
        "Mass of a particle of the simulation, for trees check and for formats that count particles; 0: as the files "
        "say, or not known.",
        "docs/trees.md", 0.0, 1e15)};

namespace {

/// EPS trees of this rank's contiguous share.
Catalogue grow_share(const EpsParameters& eps, const cosmology::Cosmology& cosmology, random::Seed seed,
                     const parallel::Communicator& ranks) {
  const std::vector<std::size_t> cut = contiguous_cut(by_forest(eps, eps_cost(eps, cosmology)), ranks.size());
  const auto r = static_cast<std::size_t>(ranks.rank());
  return grow_eps(eps, cosmology, seed, static_cast<std::int64_t>(cut[r]), static_cast<std::int64_t>(cut[r + 1]));
}

/// This rank's contiguous share of a set that can be read in parts. Halos stand for cost, since masses are not known
/// yet.
Catalogue read_share(const Reader& reader, const Parameters& parameters, const cosmology::Parameters& cosmology,
                     const parallel::Communicator& ranks, ForestInfo& info) {
  check_cosmology(reader.facts(), parameters, cosmology);
  info.box_cmpc = reader.facts().box_cmpc.value_or(0.0);
  info.volume_cmpc3 = volume_of(reader, parameters);
  info.m_resolution_msun = reader.facts().m_resolution_msun.value_or(0.0);
  info.warnings = reader.facts().warnings;
  info.particle_mass_msun = particle_mass_of(reader.facts(), parameters);
  if (!reader.facts().has_positions) {
    info.box_cmpc = 0.0;  // who sees a box looks for places in it
    info.warnings.emplace_back(
        "The trees have no positions: what lies between halos is that of the mean of the volume.");
  } else if (info.box_cmpc == 0.0) {
    info.warnings.emplace_back("The trees do not give the size of their box: positions are not periodic.");
  }
  std::vector<double> cost;
  for (const ForestSize& forest : reader.forests()) cost.push_back(static_cast<double>(forest.n_halos));
  const std::vector<std::size_t> cut = contiguous_cut(cost, ranks.size());
  const auto r = static_cast<std::size_t>(ranks.rank());
  return read_forests(reader, cut[r], cut[r + 1], info.volume_cmpc3);
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
  if (std::filesystem::is_regular_file(p.path, error)) MappedFile{p.path};  // says why it cannot be read
  for (const KnownFormat& known : known_formats())
    if (known.recognise(p.path)) return known.format;
  if (io::looks_like_hdf5(p.path)) io::SerialFile::open(p.path);  // says what ails a file that was cut
  if (!std::filesystem::is_directory(p.path, error) && std::filesystem::file_size(p.path, error) == 0 && !error)
    throw InputError({fmt::format("the tree file '{}' is empty", p.path), fmt::format("{}, byte 0", p.path),
                      "a tree file of one of the known formats", "copy the file again"});
  std::vector<std::string> known;
  for (const KnownFormat& k : known_formats()) known.emplace_back(k.what);
  throw InputError({fmt::format("the format of the trees at '{}' is not known", p.path), p.path,
                    fmt::format("one of: {}", fmt::join(known, "; ")),
                    "check the path, or name the format with trees.format"});
}

Catalogue read_unrepaired(const Parameters& parameters, const EpsParameters& eps, const cosmology::Cosmology& cosmology,
                          random::Seed seed, const parallel::Communicator& ranks, ForestInfo& info) {
  Format format = Format::automatic;
  parallel::together(ranks, [&] { format = format_of(parameters); });
  if (format == Format::consistent_trees) {
    info.particle_mass_msun = parameters.particle_mass_msun;
    return consistent_trees::read(parameters.path, consistent_trees::options_of(parameters), cosmology.parameters(),
                                  ranks, info);
  }
  Catalogue catalogue;
  parallel::together(ranks, [&] {
    if (format == Format::eps) {
      check(eps);
      info = eps_info(eps);
      catalogue = grow_share(eps, cosmology, seed, ranks);
      return;
    }
    info.source = parameters.path;
    info.format = name_of(format_names, format);
    catalogue =
        read_share(*open(parameters, format, cosmology.parameters()), parameters, cosmology.parameters(), ranks, info);
  });
  return catalogue;
}

Catalogue read_catalogue(const Parameters& parameters, const EpsParameters& eps, const cosmology::Cosmology& cosmology,
                         random::Seed seed, const parallel::Communicator& ranks, ForestInfo& info) {
  const std::vector<Repair> repairs = repairs_of(parameters.repair);
  Catalogue catalogue = read_unrepaired(parameters, eps, cosmology, seed, ranks, info);
  for (const Finding& done : repair(catalogue, repairs, info.particle_mass_msun, cosmology, ranks))
    info.warnings.push_back(sentence(done));
  return catalogue;
}

Forest load(const Parameters& parameters, const EpsParameters& eps, const cosmology::Cosmology& cosmology,
            random::Seed seed, const parallel::Communicator& ranks) {
  ForestInfo info;
  const Catalogue catalogue = read_catalogue(parameters, eps, cosmology, seed, ranks, info);
  return arrange(catalogue, info, cosmology, ranks);
}

}  // namespace cecropia::tree
