#include "cecropia/tree/galacticus_writer.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "cecropia/core/version.hpp"
#include "cecropia/io/growing_table.hpp"
#include "cecropia/io/hash.hpp"
#include "cecropia/io/parallel_file.hpp"
#include "cecropia/tree/galacticus.hpp"
#include "cecropia/tree/partition.hpp"
#include "galacticus_names.hpp"

namespace cecropia::tree::galacticus {
namespace {

constexpr double halos_per_rank = 1e6;  // of one part
constexpr int most_ranks_of_part = 16;  // what rank 0 takes at once is bounded; it cannot write faster than they pack
const io::Storage storage{.deflate_level = 1, .shuffle = true, .chunk_rows = 32768};

struct ForestRow {
  std::int64_t id, n_halos;
  double weight_per_cmpc3;
};

/// The columns of one part of the halos as the file has them.
struct Rows {
  std::vector<std::int64_t> host;
  std::vector<double> redshift, position;
  std::vector<std::uint8_t> phantom, interpolated, main;
};

class Writer {
 public:
  Writer(const Batches& set, const std::filesystem::path& target, const parallel::Communicator& ranks)
      : set_(set), ranks_(ranks), names_(version_2), file_(ranks, target, storage) {
    describe();
  }

  void add(const Catalogue& part) {
    const bool has_positions = ranks_.any(!part.position_cmpc.empty());
    if (!ranks_.any(part.n_halos() > 0)) return add_forests(part);
    if (!table_) begin_table(has_positions);
    const Rows rows = rows_of(part);
    const std::uint64_t first =
        table_->rows() + static_cast<std::uint64_t>(ranks_.exclusive_sum(static_cast<std::int64_t>(part.n_halos())));
    std::vector<std::span<const std::byte>> columns;
    std::size_t next = 0;
    const auto add_column = [&](const auto& column) {
      hash_.add(columns_[next].name, column, first * columns_[next].width);
      ++next;
      columns.push_back(std::as_bytes(std::span(column)));
    };
    add_column(part.id);
    add_column(part.descendant_id);
    add_column(rows.host);
    add_column(part.m_vir_msun);
    add_column(rows.redshift);
    add_column(rows.main);
    add_column(rows.phantom);
    add_column(rows.interpolated);
    if (has_position_) add_column(rows.position);
    table_->append(columns);
    for (std::size_t h = 0; h < part.n_halos(); ++h) has_hosts_ = has_hosts_ || part.host_id[h] >= 0;
    add_forests(part);
  }

  Conversion finish() {
    if (!table_) begin_table(false);
    table_->finish();
    Conversion done;
    done.n_halos = static_cast<std::int64_t>(table_->rows());
    table_.reset();
    done.n_forests = ranks_.max(static_cast<std::int64_t>(forests_.size()));
    write_index(done.n_halos);
    file_.write_attribute(names_.halos, "treesHaveSubhalos", std::int32_t{ranks_.any(has_hosts_) ? 1 : 0});
    done.content_hash = hash_.value(ranks_);
    file_.write_attribute("provenance", "contentHash", io::hex(done.content_hash));
    file_.commit();
    return done;
  }

 private:
  void describe() {
    const SetDescription& d = set_.description();
    file_.write_attribute("/", "formatVersion", std::int32_t{2});
    file_.make_group("cosmology");
    file_.write_attribute("cosmology", "HubbleParam", d.h);
    file_.write_attribute("cosmology", "OmegaMatter", d.omega_m);
    file_.write_attribute("cosmology", "OmegaLambda", d.omega_l);
    file_.make_group("units");
    unit("length", mpc_m, 1);
    unit("mass", msun_kg, 0);
    unit("time", 1e3 * constants::myr_s, 0);
    unit("velocity", 1e3, 0);
    if (d.box_cmpc > 0.0) {
      file_.make_group("simulation");
      file_.write_attribute("simulation", "boxSize", d.box_cmpc);
    }
    file_.make_group("provenance");
    file_.write_attribute("provenance", "fileBuiltBy", "cecropia " + std::string(version()));
    file_.write_attribute("provenance", "source", d.source);
    file_.write_attribute("provenance", "sourceFormat", d.format);
    const std::string ours = names_of_ours.group;
    file_.make_group(ours);
    file_.write_attribute(ours, "schema", std::int32_t{1});
    if (d.volume_cmpc3 > 0.0) file_.write_attribute(ours, names_of_ours.volume, d.volume_cmpc3);
    if (d.m_resolution_msun > 0.0) file_.write_attribute(ours, names_of_ours.resolution, d.m_resolution_msun);
    file_.write_column(ours + "/" + names_of_ours.levels, ranks_.is_root() ? d.redshift : std::vector<double>{}, "-",
                       "Redshifts of the levels.");
    file_.make_group(names_.halos);
    file_.write_attribute(names_.halos, "forestsAreSelfContained", std::int32_t{1});
    file_.write_attribute(names_.halos, "haloMassesIncludeSubhalos", std::int32_t{1});
    file_.write_attribute(names_.halos, "positionsArePeriodic", std::int32_t{d.box_cmpc > 0.0 ? 1 : 0});
    file_.write_attribute(names_.halos, "velocitiesIncludeHubbleFlow", std::int32_t{0});
  }
  void unit(const std::string& what, double in_si, std::int32_t scale_factor_exponent) {
    file_.write_attribute("units", what + "UnitsInSI", in_si);
    file_.write_attribute("units", what + "HubbleExponent", std::int32_t{0});
    file_.write_attribute("units", what + "ScaleFactorExponent", scale_factor_exponent);
  }

  void begin_table(bool has_position) {
    has_position_ = has_position;
    const auto column = [&]<class T>(T, const char* name, const char* unit, const char* what, std::size_t width = 1) {
      columns_.push_back(io::GrowingColumn::of<T>(names_.halos + "/" + name, unit, what, width));
    };
    column(std::int64_t{}, "nodeIndex", "-", "Id of the halo.");
    column(std::int64_t{}, "descendantIndex", "-", "Id of its descendant; -1 at a root.");
    column(std::int64_t{}, "hostIndex", "-", "Id of its host; its own for a central halo.");
    column(double{}, "nodeMass", "Msun", "Mass of the halo.");
    column(double{}, "redshift", "-", "Redshift of the halo.");
    column(std::uint8_t{}, flags.main, "-", "1: named main progenitor of its descendant by the source.");
    column(std::uint8_t{}, flags.phantom, "-", "1: found by the tree code, not by the halo finder.");
    column(std::uint8_t{}, flags.interpolated, "-", "1: set in between two halos of the source.");
    if (has_position) column(double{}, "position", "Mpc", "Comoving position (single precision).", 3);
    table_.emplace(file_, columns_);
  }

  Rows rows_of(const Catalogue& part) const {
    Rows rows;
    rows.host = part.host_id;
    for (std::size_t h = 0; h < part.n_halos(); ++h) {
      if (rows.host[h] < 0) rows.host[h] = part.id[h];
      rows.redshift.push_back(part.redshift[part.level[h]]);
      const auto has = [&](std::uint8_t flag) {
        return static_cast<std::uint8_t>((part.flags[h] & flag) != 0 ? 1 : 0);
      };
      rows.main.push_back(has(Forest::is_main_progenitor));
      rows.phantom.push_back(has(Forest::is_phantom));
      rows.interpolated.push_back(has(Forest::is_interpolated));
      if (has_position_)
        for (const float x : part.position_cmpc[h]) rows.position.push_back(static_cast<double>(x));
    }
    return rows;
  }

  void add_forests(const Catalogue& part) {
    std::vector<std::vector<ForestRow>> to_root(static_cast<std::size_t>(ranks_.size()));
    for (std::size_t f = 0; f < part.forest_id.size(); ++f)
      to_root[0].push_back({part.forest_id[f], 0, part.weight_per_cmpc3[f]});
    for (const std::uint32_t f : part.forest) ++to_root[0][f].n_halos;
    const std::vector<ForestRow> all = ranks_.exchange(to_root);
    forests_.insert(forests_.end(), all.begin(), all.end());
  }

  /// As the description has it: numbers of 32 bits, as long as they suffice.
  void write_index(std::int64_t n_halos) {
    std::vector<std::int64_t> first, n, id;
    std::vector<double> weight;
    for (const ForestRow& f : forests_) {
      first.push_back(first.empty() ? 0 : first.back() + n.back());
      n.push_back(f.n_halos);
      id.push_back(f.id);
      weight.push_back(f.weight_per_cmpc3);
    }
    file_.make_group(names_.index);
    const auto count = [&](const char* name, const std::vector<std::int64_t>& values, const char* what) {
      const std::string path = names_.index + "/" + name;
      if (n_halos <= std::numeric_limits<std::int32_t>::max())
        file_.write_column(path, std::vector<std::int32_t>(values.begin(), values.end()), "-", what);
      else
        file_.write_column(path, values, "-", what);
    };
    count("firstNode", first, "Row of the first halo of the forest.");
    count("numberOfNodes", n, "Halos of the forest.");
    file_.write_column(names_.index + "/" + names_.id, id, "-", "Id of the forest.");
    file_.write_column(names_.index + "/" + names_.weight, weight, "Mpc^-3",
                       "Number density that the forest stands for (comoving).");
  }

  const Batches& set_;
  const parallel::Communicator& ranks_;
  const Names& names_;
  io::ParallelFile file_;
  std::vector<io::GrowingColumn> columns_;
  std::optional<io::GrowingTable> table_;
  bool has_position_ = false, has_hosts_ = false;
  std::vector<ForestRow> forests_;  ///< rank 0: all so far
  io::CanonicalHash hash_;
};

}  // namespace

Conversion write(Batches& set, const std::filesystem::path& target, const parallel::Communicator& ranks,
                 const ConversionProgress& progress) {
  Writer writer(set, target, ranks);
  const std::vector<double>& halos = set.predicted_halos();
  double done = 0.0;
  for (const auto& [first, last] : windows(halos, halos_per_rank * std::min(ranks.size(), most_ranks_of_part))) {
    const std::span<const double> cost = std::span(halos).subspan(first, last - first);
    const std::vector<std::size_t> cut = contiguous_cut(cost, ranks.size());
    const auto r = static_cast<std::size_t>(ranks.rank());
    writer.add(set.fetch(first + cut[r], first + cut[r + 1]));
    for (const double n : cost) done += n;
    progress(done);
  }
  return writer.finish();
}

}  // namespace cecropia::tree::galacticus
