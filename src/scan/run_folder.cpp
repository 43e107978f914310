#include "cecropia/scan/run_folder.hpp"

#include <optional>
#include <vector>

#include "cecropia/core/version.hpp"
#include "cecropia/io/atomic_file.hpp"
#include "cecropia/parallel/agree.hpp"
#include "cecropia/scan/population_tables.hpp"
#include "cecropia/scan/resolver.hpp"

namespace cecropia::scan {
namespace {

std::vector<output::Column> history_of(const observe::Results& results) {
  std::vector<output::Column> columns;
  for (const observe::Column& c : results.history) columns.push_back({c.name, c.unit, c.description, c.values});
  return columns;
}

}  // namespace

void prepare_folder(const std::filesystem::path& folder) {
  io::make_folder(folder);
  const io::AtomicTarget trial(folder / "run.json");  // makes a temporary beside the target, and takes it away again
}

RunFolder::RunFolder(const std::filesystem::path& folder, const Settings& settings, const tree::Forest& forest,
                     const stars::Tables& tables, const parallel::Communicator& ranks)
    : folder_(folder),
      settings_(settings),
      forest_(forest),
      tables_(tables),
      ranks_(ranks),
      file_(ranks, folder / "run.h5", settings.output, forest.redshift, settings.is_resolved()) {}

void RunFolder::write_populations(const model::Physics& physics) {
  file_.write_populations(population_tables(physics, tables_, settings_.stars.m_massive_msun, forest_.redshift.back()));
}

void RunFolder::write_results(const config::Document& document, const PointReport& report) {
  file_.write_history(history_of(report.results));
  file_.write_provenance({science_json(document), std::string(version()), tables_.content_hash(),
                          forest_.info.content_hash, report.observations_hash, report.own_tables_hash});
}

void RunFolder::finish(const config::Document& document, const PointReport& report, const RunFacts& facts) {
  std::optional<io::AtomicTarget> summary;
  parallel::on_root(ranks_, [&] {
    const auto json = run_json(document.resolved_json(), forest_, report, facts);
    summary.emplace(folder_ / "run.json");
    summary->write(json.dump(1) + "\n");
  });
  file_.commit();
  parallel::on_root(ranks_, [&] { summary->commit(); });
}

}  // namespace cecropia::scan
