#include "cecropia/output/run_file.hpp"

#include <fmt/format.h>

#include <iterator>
#include <unordered_map>
#include <utility>

#include "cecropia/core/error.hpp"
#include "cecropia/io/hash.hpp"
#include "cecropia/parallel/agree.hpp"

namespace cecropia::output {
namespace {

std::size_t bytes_of(Stored stored) { return stored == Stored::uint8 ? 1 : stored == Stored::float32 ? 4 : 8; }

/// Indices into view.galaxies of what is written.
using Rows = std::vector<std::size_t>;

template <class T>
void write_as(io::ParallelFile& file, const std::string& group, const Field& field, const model::LevelView& view,
              const Rows& rows) {
  std::vector<double> entry(field.width);
  std::vector<T> values;
  values.reserve(rows.size() * field.width);
  const model::ResolvedGalaxy unknown;
  for (const std::size_t i : rows) {
    field.get(view.galaxies[i], view.resolved.empty() ? unknown : view.resolved[i], entry.data());
    for (const double x : entry) values.push_back(static_cast<T>(x));
  }
  file.write_column(fmt::format("{}/{}", group, field.name), values, field.unit, field.description, field.width);
}

void write_field(io::ParallelFile& file, const std::string& group, const Field& field, const model::LevelView& view,
                 const Rows& rows) {
  switch (field.stored) {
    case Stored::uint8:
      return write_as<std::uint8_t>(file, group, field, view, rows);
    case Stored::float32:
      return write_as<float>(file, group, field, view, rows);
    case Stored::float64:
      return write_as<double>(file, group, field, view, rows);
  }
}

/// What a checkpoint says of a level beside its columns, for its hash.
void add_facts(io::CanonicalHash& hash, const parallel::Communicator& ranks, const model::Level& facts,
               std::int64_t galaxies) {
  hash.add_common(ranks, "level",
                  fmt::format("{} {} {} {} {}", facts.index, facts.redshift, facts.age_myr, facts.step_myr, galaxies));
}

}  // namespace

std::string level_group(std::size_t level) { return fmt::format("/galaxies/level_{:03}", level); }

RunFile::RunFile(const parallel::Communicator& ranks, const std::filesystem::path& target, const Parameters& parameters,
                 const std::vector<double>& redshift, bool resolved)
    : ranks_(ranks),
      parameters_(parameters),
      choice_(choose_levels(parameters, redshift)),
      fields_(select_fields(parameters.properties, resolved)),
      file_(ranks, target, io::Storage{.deflate_level = static_cast<int>(parameters.compression)}) {
  file_.write_attribute("/", "format", "cecropia run");
  file_.write_attribute("/", "schema", schema);
  file_.make_group("/galaxies");
}

void RunFile::write_level(const model::LevelView& view) {
  const std::size_t level = view.level.index;
  if (level >= choice_.written.size()) throw InternalError("a level is written that the forest does not have");
  if (!choice_.written[level]) {
    row_before_.clear();
    return;
  }
  Rows written;
  for (std::size_t i = 0; i < view.galaxies.size(); ++i)
    if (view.galaxies[i].m_star_msun >= parameters_.m_star_min_msun &&
        view.galaxies[i].m_vir_msun >= parameters_.m_vir_min_msun)
      written.push_back(i);

  const auto mine = static_cast<std::int64_t>(written.size());
  const std::int64_t first = ranks_.exclusive_sum(mine);
  written_.push_back({view.level, ranks_.sum(mine)});
  const tree::HaloRange halos = view.forest.halos_at(level);
  std::vector<std::int64_t> row_now(halos.size(), -1);
  std::vector<std::int64_t> halo_id, descendant_id, main_progenitor;
  for (std::size_t i = 0; i < written.size(); ++i) {
    const model::Galaxy& galaxy = view.galaxies[written[i]];
    row_now[galaxy.halo - halos.first] = first + static_cast<std::int64_t>(i);
    halo_id.push_back(galaxy.halo_id);
    descendant_id.push_back(galaxy.descendant_id);
    const bool known = !row_before_.empty() && galaxy.main_progenitor != tree::no_halo;
    main_progenitor.push_back(known ? row_before_.at(galaxy.main_progenitor - first_before_) : -1);
  }

  begin_level(file_, written_.back());
  const std::string group = level_group(level);
  const std::vector<std::int64_t>* id_values[] = {&halo_id, &descendant_id, &main_progenitor};
  for (std::size_t i = 0; i < std::size(id_columns); ++i)
    file_.write_column(fmt::format("{}/{}", group, id_columns[i].name), *id_values[i], "-", id_columns[i].description);
  for (const Field* field : fields_) write_field(file_, group, *field, view, written);

  row_before_ = std::move(row_now);
  first_before_ = halos.first;
}

void RunFile::begin_level(io::ParallelFile& file, const Written& level) const {
  std::size_t bytes_per_galaxy = 3 * sizeof(std::int64_t);
  for (const Field* field : fields_) bytes_per_galaxy += bytes_of(field->stored) * field->width;
  file.reserve(static_cast<std::uint64_t>(level.galaxies) * bytes_per_galaxy, fields_.size() + std::size(id_columns));

  const std::string group = level_group(level.facts.index);
  file.make_group(group);
  file.write_attribute(group, "level", static_cast<std::int64_t>(level.facts.index));
  file.write_attribute(group, "redshift", level.facts.redshift);
  file.write_attribute(group, "age_myr", level.facts.age_myr);
  file.write_attribute(group, "step_myr", level.facts.step_myr);
  file.write_attribute(group, "galaxies", level.galaxies);
}

/// visit(name, a value of its type, unit, description, width) for every column of a catalogue, in the order of the
/// file.
template <class Visit>
void RunFile::for_each_column(Visit visit) const {
  for (const IdColumn& c : id_columns) visit(c.name, std::int64_t{}, std::string_view("-"), c.description, 1);
  for (const Field* f : fields_) switch (f->stored) {
      case Stored::uint8:
        visit(f->name, std::uint8_t{}, f->unit, f->description, f->width);
        break;
      case Stored::float32:
        visit(f->name, float{}, f->unit, f->description, f->width);
        break;
      case Stored::float64:
        visit(f->name, double{}, f->unit, f->description, f->width);
        break;
    }
}

void RunFile::copy_levels_to(io::ParallelFile& checkpoint) {
  for (const Written& level : written_) {
    begin_level(checkpoint, level);
    const std::string group = level_group(level.facts.index);
    io::CanonicalHash hash;
    add_facts(hash, ranks_, level.facts, level.galaxies);
    for_each_column(
        [&]<class T>(std::string_view name, T, std::string_view unit, std::string_view description, std::size_t width) {
          const std::string path = fmt::format("{}/{}", group, name);
          const std::vector<T> values = file_.read_back<T>(path);
          hash.add_in_rank_order(ranks_, name, values);
          checkpoint.write_column(path, values, unit, description, width);
        });
    checkpoint.write_attribute(group, "hash", io::hex(hash.value(ranks_)));
  }
}

void RunFile::take_levels_from(const io::SerialFile& checkpoint, const tree::Forest& forest, std::size_t levels_done) {
  // Any division among the ranks will do: the rows stay in their order.
  const auto rows_of = [&]<class T>(std::string_view name, T, const Written& level) {
    const auto n = static_cast<std::size_t>(level.galaxies), rank = static_cast<std::size_t>(ranks_.rank()),
               size = static_cast<std::size_t>(ranks_.size());
    const std::size_t first = n * rank / size, end = n * (rank + 1) / size;
    std::vector<T> values;
    parallel::together(ranks_, [&] {
      const std::string path = fmt::format("{}/{}", level_group(level.facts.index), name);
      values = checkpoint.read_rows<T>(path, first, end - first).data;
    });
    return values;
  };
  std::vector<Written> levels;
  for (std::size_t l = 0; l < levels_done; ++l) {  // all is checked before anything is written
    if (!choice_.written[l]) continue;
    const std::string group = level_group(l);
    Written level;
    std::string hash_then;
    parallel::together(ranks_, [&] {
      level.facts = {l, checkpoint.read_double_attribute(group, "redshift"),
                     checkpoint.read_double_attribute(group, "age_myr"),
                     checkpoint.read_double_attribute(group, "step_myr")};
      level.galaxies = checkpoint.read_int64_attribute(group, "galaxies");
      hash_then = checkpoint.read_string_attribute(group, "hash");
    });
    levels.push_back(level);
    io::CanonicalHash hash;
    add_facts(hash, ranks_, level.facts, level.galaxies);
    for_each_column([&](std::string_view name, auto type, std::string_view, std::string_view, std::size_t) {
      hash.add_in_rank_order(ranks_, name, rows_of(name, type, level));
    });
    if (io::hex(hash.value(ranks_)) != hash_then)
      throw InputError({"this checkpoint is damaged: " + group, checkpoint.path().string(), "what the program wrote",
                        "remove it, or leave --resume away, to begin again"});
  }
  const bool last_is_written = levels_done > 0 && choice_.written[levels_done - 1];
  std::vector<std::int64_t> id;
  if (last_is_written)
    parallel::together(ranks_,
                       [&] { id = checkpoint.read<std::int64_t>(level_group(levels_done - 1) + "/halo_id").data; });
  for (const Written& level : levels) {
    begin_level(file_, level);
    for_each_column(
        [&](std::string_view name, auto type, std::string_view unit, std::string_view description, std::size_t width) {
          const std::string path = fmt::format("{}/{}", level_group(level.facts.index), name);
          file_.write_column(path, rows_of(name, type, level), unit, description, width);
        });
    written_.push_back(level);
  }
  row_before_.clear();
  if (!last_is_written) return;
  std::unordered_map<std::int64_t, std::int64_t> row_of;
  for (std::size_t row = 0; row < id.size(); ++row) row_of[id[row]] = static_cast<std::int64_t>(row);
  const tree::HaloRange halos = forest.halos_at(levels_done - 1);
  first_before_ = halos.first;
  for (tree::Halo h = halos.first; h < halos.last; ++h) {
    const auto row = row_of.find(forest.id[h]);
    row_before_.push_back(row == row_of.end() ? -1 : row->second);
  }
}

void RunFile::write_history(const std::vector<Column>& columns) {
  file_.make_group("/history");
  for (const Column& column : columns) {
    if (column.values.size() != columns.front().values.size())
      throw InternalError(fmt::format("history column '{}' has another length than the others", column.name));
    file_.write_common("/history/" + column.name, column.values, column.unit, column.description);
  }
}

void RunFile::write_populations(const PopulationTables& tables) {
  file_.make_group("/populations");
  file_.write_attribute("/populations", "redshift", tables.redshift);
  file_.write_attribute("/populations", "m_massive_msun", tables.m_massive_msun);
  file_.write_attribute("/populations", "note",
                        "Expectation per Msun formed at age 0 with the IMF that holds at this metallicity and at the "
                        "redshift named here, the last one of the run; stars above m_massive_msun.");
  file_.write_strings("/populations/fates", tables.fates, "Fates that deaths_per_msun counts, in its order.");
  for (const PopulationTable& table : tables.populations) {
    const std::string group = "/populations/" + table.name;
    file_.make_group(group);
    file_.write_common(group + "/metallicity", table.metallicity, "-",
                       "Mass fraction of metals in the stars at birth.");
    file_.write_common(group + "/age_myr", table.age_myr, "Myr", "Age of the population.");
    for (const PopulationTable::Array& array : table.arrays) {
      std::vector<std::size_t> dims{table.metallicity.size(), table.age_myr.size()};
      if (array.width > 1) dims.push_back(array.width);
      file_.write_common(group + "/" + array.name, std::span<const double>(array.values), dims, array.unit,
                         array.description);
    }
  }
}

void RunFile::write_provenance(const Provenance& provenance) {
  file_.write_text("/provenance/parameters", provenance.parameters_json, "Resolved physics parameters, JSON.");
  file_.write_attribute("/provenance", "schema", schema);
  file_.write_attribute("/provenance", "program", "cecropia");
  file_.write_attribute("/provenance", "version", provenance.program_version);
  file_.write_attribute("/provenance", "tables_hash", io::hex(provenance.tables_hash));
  file_.write_attribute("/provenance", "forest_hash", io::hex(provenance.forest_hash));
  file_.write_attribute("/provenance", "observations_hash", io::hex(provenance.observations_hash));
  file_.write_attribute("/provenance", "imf_hash", io::hex(provenance.own_tables_hash));
}

void RunFile::commit() { file_.commit(); }

}  // namespace cecropia::output
