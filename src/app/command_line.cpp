#include "cecropia/app/command_line.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cinttypes>
#include <cmath>
#include <cstdint>
#include <cstdio>

#include "cecropia/core/closest.hpp"
#include "cecropia/core/error.hpp"
#include "cecropia/core/version.hpp"

namespace cecropia::app {
namespace {

// Words the parser knows at this place, for "did you mean".
std::vector<std::string> known_words(const CLI::App& app) {
  std::vector<std::string> words;
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; }))
    words.push_back(sub->get_name());
  for (const CLI::App* place = &app; place != nullptr; place = place->get_parent())
    for (const CLI::Option* option : place->get_options())
      for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
  return words;
}

const CLI::App& deepest(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? app : deepest(*chosen.front());
}

std::string command_name(const CLI::App& app) {
  return app.get_parent() == nullptr ? app.get_name() : command_name(*app.get_parent()) + " " + app.get_name();
}

// "2/8"
CommandLine::Shard shard_of(const std::string& text) {
  CommandLine::Shard shard{-1, 0};
  int used = 0;
  if (std::sscanf(text.c_str(), "%" SCNd64 "/%" SCNd64 "%n", &shard.number, &shard.of, &used) != 2 ||
      static_cast<std::size_t>(used) != text.size() || shard.number < 0 || shard.number >= shard.of)
    throw InputError({fmt::format("'{}' is no shard", text), "--shard", "I/N with I from 0 to N-1",
                      "for example: --shard 0/8 to --shard 7/8"});
  return shard;
}

// "90", "2:30", "23:30:00", in seconds
double seconds_of(const std::string& text, const char* option) {
  double seconds = 0;
  std::size_t begin = 0;
  for (int parts = 0; parts < 3; ++parts) {
    const std::size_t colon = text.find(':', begin);
    const std::string part = text.substr(begin, colon - begin);
    std::size_t used = 0;
    double value = -1;
    try {
      value = std::stod(part, &used);
    } catch (const std::exception&) {
      break;
    }
    if (used != part.size() || !(value >= 0) || !std::isfinite(value)) break;
    seconds = 60 * seconds + value;
    if (colon == std::string::npos) {
      if (seconds > 0) return seconds;
      break;
    }
    begin = colon + 1;
  }
  throw InputError({fmt::format("'{}' is no time", text), option, "seconds, minutes:seconds or h:m:s, above 0",
                    fmt::format("for example: {} 23:30:00", option)});
}

// A word without an option of its own that was meant as another value of --set.
std::optional<std::string> stray_assignment(const CLI::App& place) {
  if (place.get_option_no_throw("--set") == nullptr) return std::nullopt;
  for (const CLI::Option* option : place.get_options())
    if (option->get_positional() && option->count() > 1)
      for (const std::string& word : option->results())
        if (word.find('=') != std::string::npos) return word;
  return std::nullopt;
}

InputError misuse(const CLI::App& app, const CLI::ParseError& error, const std::string& line) {
  const CLI::App& place = deepest(app);
  const std::vector<std::string> words = app.remaining(true);  // those that nobody understood
  std::string what = error.what(), fix = fmt::format("see '{} --help'", command_name(place));
  if (!words.empty() && words.front().front() != '-' && place.get_require_subcommand_min() > 0)
    what = fmt::format("'{}' is not a command of '{}'", words.front(), command_name(place));
  // Before the parser's own complaint, because the value of a misspelt option looks like one file too many.
  const auto option = std::find_if(words.begin(), words.end(), [](const std::string& w) { return w.front() == '-'; });
  if (option != words.end()) what = fmt::format("'{}' is not an option of '{}'", *option, command_name(place));
  if (const auto stray = stray_assignment(place)) {
    what = fmt::format("'{}' stands without --set", *stray);
    fix = fmt::format("repeat --set for each value: --set {}", *stray);
  }
  for (const std::string& word : words)
    if (const auto meant = closest(word, known_words(place))) fix = fmt::format("did you mean '{}'?", *meant);
  std::string wanted = fmt::format("a command line as in '{} --help'", command_name(place));
  if (place.get_require_subcommand_min() > 0) {
    std::vector<std::string> commands;
    for (const CLI::App* sub : place.get_subcommands([](const CLI::App*) { return true; }))
      commands.push_back(fmt::format("{} {}", command_name(place), sub->get_name()));
    wanted = fmt::format("one of: {}", fmt::join(commands, ", "));
  }
  return InputError({what, line, wanted, fix});
}

}  // namespace

CommandLine parse_command_line(int argc, const char* const* argv) {
  CommandLine command;
  std::string trees;
  bool markdown = false, json = false, quiet = false, verbose = false;

  CLI::App app("Cecropia: galaxies of the first billion years on dark-matter merger trees.", "cecropia");
  app.set_version_flag("--version", fmt::format("cecropia {} ({})", version(), git_revision()));
  app.require_subcommand(1);
  const CLI::Range whole_from_1(std::int64_t{1}, std::int64_t{1'000'000});  // CLI::PositiveNumber shows 300 digits
  app.fallthrough();  // -q and -v are understood behind the command as well
  auto* const q = app.add_flag("-q,--quiet", quiet, "only warnings and errors");
  app.add_flag("-v,--verbose", verbose, "more about what happens")->excludes(q);
  app.footer(
      "Exit codes: 0 done; 2 what was given cannot be used (the message says why); 3 stopped on request; 1 anything "
      "else.");

  const auto task = [&](CLI::App* sub, Task which) { sub->callback([&command, which] { command.task = which; }); };
  const auto settings = [&](CLI::App* sub) {
    sub->add_option("--trees", trees, "merger trees to use instead of those of the parameter file");
    sub->add_option("--set", command.assignments,
                    "section.key=value overrides the parameter file; repeat --set for each value; lists: "
                    "--set 'output.redshifts=[6, 8]', --set 'output.properties=[\"m_star_msun\"]'")
        ->allow_extra_args(false);
  };

  auto* const run = app.add_subcommand("run", "one model: from merger trees to galaxies, history and likelihoods");
  run->add_option("PARAMS.json", command.files, "parameter file")->required()->expected(1);
  run->add_option("--out", command.out, "folder for what the run leaves (default: out/NAME of the parameter file)");
  run->add_flag("--resume", command.resume, "go on after the last checkpoint in the folder, if there is one");
  std::string shard;
  std::optional<std::string> limit, every;
  const auto times = [&](CLI::App* sub) {
    sub->add_option("--time-limit", limit, "stop in good order after this time: seconds, minutes:seconds or h:m:s");
    sub->add_option("--checkpoint-every", every,
                    "time from one checkpoint to the next (default: 10:00); 0: only when asked to stop");
  };
  times(run);
  settings(run);
  task(run, Task::run);

  auto* const scan = app.add_subcommand("scan", "many models on the same trees; the same command again goes on");
  scan->add_option("SCAN.json", command.files, "scan file: a base and a design of points (docs/scans.md)")
      ->required()
      ->expected(1);
  scan->add_option("--out", command.out, "folder for what the scan leaves (default: out/NAME of the scan file)");
  scan->add_option("--points", command.points,
                   "a table of points instead of the design: comma-separated values, or one JSON object per line; '-' "
                   "reads objects from the standard input and answers each with its likelihoods");
  scan->add_flag("--dry-run", command.dry_run, "check and print the points, and stop");
  scan->add_flag("--adopt", command.adopt, "go on in a folder of other parameters, trees, data or program");
  scan->add_option("--group-size", command.group_size, "ranks that work on one point together (default: the scan file)")
      ->check(whole_from_1);
  scan->add_option("--shard", shard, "I/N: only every N-th point, from the I-th (0 to N-1); for job arrays");
  scan->add_option("--merge", command.merge, "folders whose finished points are taken over first")
      ->allow_extra_args(true);
  times(scan);
  settings(scan);
  task(scan, Task::scan);

  auto* const plan = app.add_subcommand("plan", "time and memory of a run or a scan, before anything is queued");
  plan->add_option("PARAMS.json|SCAN.json", command.files, "parameter file or scan file")->required()->expected(1);
  plan->add_option("--nodes", command.nodes, "nodes of the machine")->check(whole_from_1)->capture_default_str();
  plan->add_option("--ranks-per-node", command.ranks_per_node, "ranks on each")
      ->check(whole_from_1)
      ->capture_default_str();
  plan->add_option("--memory", command.memory_gib, "GiB of a node")
      ->check(CLI::Range(0.001, 1e6))
      ->capture_default_str();
  plan->add_option("--scale", command.scale, "as if the forest were so many times as large")
      ->check(CLI::Range(1.0, 1e9))
      ->capture_default_str();
  plan->add_option("--points", command.points, "a table of points instead of the design of the scan file");
  plan->add_flag("--curve", command.curve, "efficiency from 1 to 16384 ranks");
  settings(plan);
  task(plan, Task::plan);

  auto* const tree = app.add_subcommand("trees", "merger trees, read or grown as a run would");
  tree->require_subcommand(1);
  const auto about_trees = [&](const char* name, const char* what, Task which) {
    auto* const sub = tree->add_subcommand(name, what);
    sub->add_option("PARAMS.json", command.files, "parameter file; without it all parameters have their defaults")
        ->expected(0, 1);
    settings(sub);
    task(sub, which);
    return sub;
  };
  about_trees("info", "what is there: forests, halos, levels, volume; what a run on them needs", Task::show_trees)
      ->add_flag("--read", command.read_halos,
                 "read the halos too where the format has an index: counts by level, masses, cost");
  about_trees("check", "all that is wrong or worth knowing at once; exit code 2 where a run would refuse",
              Task::check_trees)
      ->add_option("--json", command.json_file, "write the report into this file too (docs/trees.md)");
  auto* const draw = about_trees("draw", "one tree as a picture", Task::draw_tree);
  draw->add_option("--halo", command.halo,
                   "id of the halo whose progenitors are drawn (default: the most massive root)");
  draw->add_option("--out", command.out,
                   "write the picture into this file, as SVG unless its name ends in .dot or .gv");
  draw->add_option(
          "--format", command.picture,
          "svg, or dot: text for Graphviz, cecropia trees draw | dot -Tsvg > tree.svg (default: svg with --out, "
          "else dot)")
      ->check(CLI::IsMember({"auto", "svg", "dot"}));
  draw->add_option("--branches", command.branches, "how many branches the SVG shows, the heaviest")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();

  const auto to_a_file = [&](CLI::App* sub) {
    sub->add_option("--out", command.out, "the file to write")->required();
    sub->add_option("--to", command.to, "its format")
        ->check(CLI::IsMember({"galacticus", "ytree"}))
        ->capture_default_str();
  };
  to_a_file(
      about_trees("convert", "the trees in another format: one HDF5 file that is read fast", Task::convert_trees));
  to_a_file(about_trees("grow", "the EPS trees of section eps as a file, for sharing", Task::grow_trees));

  auto* const tables = app.add_subcommand("tables", "stellar-population tables");
  tables->require_subcommand(1);
  const auto about_tables = [&](const char* name, const char* what, Task which) {
    auto* const sub = tables->add_subcommand(name, what);
    sub->add_option("PARAMS.json", command.files, "parameter file; without it all parameters have their defaults")
        ->expected(0, 1);
    sub->add_option("--set", command.assignments, "section.key=value, as for run; repeat --set for each value")
        ->allow_extra_args(false);
    task(sub, which);
    return sub;
  };
  about_tables("build", "build them now, into the cache", Task::build_tables)
      ->add_option("--out", command.out, "write this HDF5 file instead");
  about_tables("info", "what they hold; those of the parameters, built if need be", Task::show_tables)
      ->add_option("--file", command.tables, "look into this file instead");
  auto* const as_csv =
      about_tables("export", "as comma-separated values, the layout that import reads as csv", Task::export_tables);
  as_csv->add_option("--file", command.tables, "the tables of this file instead of those of the parameters");
  as_csv->add_option("--out", command.out, "the file to write")->required();
  auto* const import = tables->add_subcommand(
      "import",
      "a published product as a file for stars.table_file: PARSEC v2.0 ejecta, SEVN tracks, NuPyCEE yields, CSV");
  import->add_option("PATH", command.files, "the product: a folder (parsec, sevn) or files (nupycee, csv), unpacked")
      ->required();
  import->add_option("--out", command.out, "the HDF5 file to write")->required();
  import->add_option("--format", command.layout, "layout of the product (default: found by content)")
      ->check(CLI::IsMember({"auto", "parsec", "sevn", "nupycee", "csv"}));
  import->add_option("--fill", command.fill, "where the product is silent: the standard formulae, or a refusal")
      ->check(CLI::IsMember({"standard", "none"}))
      ->capture_default_str();
  import
      ->add_option("--set", command.assignments,
                   "stars.key=value: prescriptions for what the product does not say; import.key=value: "
                   "max_imbalance (largest part of a star's mass that may be lost or made, 0.01), close_with "
                   "(remnant, hydrogen or other_metals), yields (auto, total or net), leave_out_msun (list of "
                   "initial masses); repeat --set for each value")
      ->allow_extra_args(false);
  task(import, Task::import_tables);

  auto* const params = app.add_subcommand("params", "what can be set, and whether a parameter file is right");
  params->require_subcommand(1);
  auto* const list = params->add_subcommand("list", "every parameter with unit, default, range, meaning and source");
  auto* const as_markdown = list->add_flag("--markdown", markdown, "as the page docs/parameters.md");
  list->add_flag("--json", json, "for scripts")->excludes(as_markdown);
  task(list, Task::list_parameters);
  auto* const check = params->add_subcommand("check", "read parameter files as a run would, and stop");
  check->add_option("FILE", command.files, "parameter files")->required();
  check->add_option("--set", command.assignments, "section.key=value, as for run; repeat --set for each value")
      ->allow_extra_args(false);
  task(check, Task::check_parameters);

  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    command.answer = app.help();
    return command;
  } catch (const CLI::CallForAllHelp&) {
    command.answer = app.help("", CLI::AppFormatMode::All);
    return command;
  } catch (const CLI::CallForVersion& version_text) {
    command.answer = std::string(version_text.what()) + "\n";
    return command;
  } catch (const CLI::ParseError& error) {
    throw misuse(app, error, fmt::format("{}", fmt::join(argv, argv + argc, " ")));
  }
  if (!trees.empty()) command.trees = trees;
  if (scan->get_option("--shard")->count() > 0) command.shard = shard_of(shard);
  if (limit) command.time_limit_s = seconds_of(*limit, "--time-limit");
  if (every == "0")
    command.checkpoint_every_s = std::numeric_limits<double>::infinity();
  else if (every)
    command.checkpoint_every_s = seconds_of(*every, "--checkpoint-every");
  command.format = json ? Format::json : markdown ? Format::markdown : Format::text;
  command.verbosity = quiet ? Verbosity::quiet : verbose ? Verbosity::verbose : Verbosity::normal;
  return command;
}

}  // namespace cecropia::app
