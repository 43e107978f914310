#pragma once
/// \file  What the user asked for, as plain values. Parsing needs no MPI, so that a mistake is told before a job
/// begins.
#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace cecropia::app {

/// The verbs of the user.
enum class Task {
  say,
  list_parameters,
  check_parameters,
  build_tables,
  show_tables,
  import_tables,
  export_tables,
  show_trees,
  check_trees,
  draw_tree,
  convert_trees,
  grow_trees,
  run,
  scan,
  plan
};

enum class Format { text, markdown, json };
enum class Verbosity { quiet, normal, verbose };

struct CommandLine {
  Task task = Task::say;
  std::string answer;  ///< of Task::say: help or version
  Verbosity verbosity = Verbosity::normal;
  Format format = Format::text;                    ///< of a listing
  std::vector<std::filesystem::path> files;        ///< parameter files; of `tables import`: the product
  std::vector<std::string> assignments;            ///< of --set, in order
  std::optional<std::string> trees;                ///< of --trees
  std::optional<std::filesystem::path> out;        ///< of --out
  std::optional<std::filesystem::path> tables;     ///< of `tables info --file`, `tables export --file`
  std::string layout = "auto", fill = "standard";  ///< of `tables import --format`, `--fill`
  std::string to = "galacticus";                   ///< of `trees convert --to`, `trees grow --to`
  // of `trees info`, `check`, `draw`
  bool read_halos = false;                         ///< of `trees info --read`
  std::optional<std::filesystem::path> json_file;  ///< of `trees check --json`
  std::optional<std::int64_t> halo;                ///< of `trees draw --halo`
  std::string picture = "auto";                    ///< of `trees draw --format`
  int branches = 60;                               ///< of `trees draw --branches`
  // of `scan`
  struct Shard {
    std::int64_t number = 0, of = 1;  ///< points whose place modulo `of` is `number`
  };
  std::optional<std::filesystem::path> points;  ///< of --points: a table, or "-" for the standard input
  std::optional<std::int64_t> group_size;       ///< of --group-size
  std::optional<Shard> shard;                   ///< of --shard
  std::vector<std::filesystem::path> merge;     ///< of --merge: folders of other scans
  bool dry_run = false, adopt = false;
  // of `run` and `scan`
  bool resume = false;                                            ///< of `run --resume`
  double time_limit_s = std::numeric_limits<double>::infinity();  ///< of --time-limit
  double checkpoint_every_s = 600;                                ///< of --checkpoint-every; infinity for 0
  // of `plan`
  std::int64_t nodes = 1, ranks_per_node = 1;
  double memory_gib = 64;  ///< of a node
  double scale = 1;        ///< a forest so many times as large
  bool curve = false;      ///< efficiency up to 16384 ranks

  /// Where results go: --out, or out/NAME for a parameter or scan file NAME.json.
  std::filesystem::path folder() const { return out ? *out : std::filesystem::path("out") / files.front().stem(); }
  bool asks_through_a_pipe() const { return points && *points == "-"; }
};

/// InputError for anything that cannot be understood, with the nearest known word.
CommandLine parse_command_line(int argc, const char* const* argv);

}  // namespace cecropia::app
