#pragma once
/// \file  Which models a scan runs: points in the space of parameters, made from a design. Format: docs/scans.md.
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace cecropia::scan {

/// One model of a scan: what differs from the base.
struct Point {
  std::int64_t id = 0;            ///< place in the design, from 0
  nlohmann::ordered_json values;  ///< { "section.key": value }, keys in the order of the axes
  std::string where;              ///< "point 7 of params/paper_grid.json", "points.csv, line 9": for messages
  std::string key{};              ///< names what is computed (Resolver::prepare); empty before
  std::string where_names{};      ///< of a table of points: its first line, "points.csv, line 1"; else empty
};

enum class DesignKind { grid, list, sobol, one_at_a_time };

/// One parameter that a scan varies.
struct Axis {
  std::string name;                            ///< "section.key"
  std::vector<nlohmann::ordered_json> values;  ///< of a grid and of one_at_a_time
  double from = 0, to = 0;                     ///< ends of the range of a Sobol sequence
  bool logarithmic = false;                    ///< equal steps in the logarithm
};

/// A file that describes a scan.
struct Plan {
  std::string base_text = "{}", base_name;  ///< parameter file that all points share; its text and its name
  std::string parameters_text = "{}";       ///< what the scan file itself sets, on top of the base; JSON
  std::int64_t ranks_per_point = 1;
  std::vector<std::int64_t> keep;  ///< points whose galaxies and histories are kept; all of them if keep_all
  bool keep_all = false;
  DesignKind kind = DesignKind::list;
  std::vector<Axis> axes;
  std::vector<Point> points;
};

/// Reads a scan file: `text` came from `file`; files that it names are looked for beside it. InputError with the place
/// for whatever cannot be understood: unknown keys, axes without values, ranges that are upside down, too many points
/// (more than 1e7).
Plan read_plan(std::string_view text, const std::filesystem::path& file);

/// Whether this text describes a scan and not the parameters of a run: it has one of the keys of a scan file.
bool is_scan_file(std::string_view text, const std::string& file);

/// InputError if a point that is to be kept is not there. `where` is for the message.
void check_keep(const Plan& plan, const std::string& where);

/// Text of a table of points, for read_points. InputError as config::read_text.
std::string read_table(const std::filesystem::path& file);

/// Points from a table: comma-separated values, the first line names the parameters ("section.key"), '#' begins a
/// comment; or one JSON object per line. InputError with file and line.
std::vector<Point> read_points(std::string_view text, const std::string& file);

/// One point from one JSON object { "section.key": value, ... }, which may carry an "id" for the answer (any JSON; it
/// is taken out of the values and given back). InputError if it is no such object.
struct AskedPoint {
  Point point;
  nlohmann::ordered_json tag;
};
AskedPoint parse_point(std::string_view line, const std::string& where);

/// All combinations; the last axis runs fastest.
std::vector<Point> grid(const std::vector<Axis>& axes, const std::string& where);
/// `n` points of the Sobol sequence after `skip` ones, in the box of the axes.
std::vector<Point> sobol(const std::vector<Axis>& axes, std::int64_t n, std::int64_t skip, const std::string& where);
/// The base, then every value of every axis with all others at the base.
std::vector<Point> one_at_a_time(const std::vector<Axis>& axes, const std::string& where);

}  // namespace cecropia::scan
