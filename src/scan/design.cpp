#include "cecropia/scan/design.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/random/sobol.hpp>
#include <cmath>
#include <limits>
#include <optional>
#include <set>

#include "cecropia/config/document.hpp"
#include "cecropia/config/located_json.hpp"
#include "cecropia/core/byte_order_mark.hpp"
#include "cecropia/core/closest.hpp"
#include "cecropia/core/error.hpp"
#include "cecropia/scan/settings.hpp"

namespace cecropia::scan {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t most_points = 10'000'000;

bool has_key_of_scan(const config::LocatedJson& file) {
  const auto has = [&](const char* key) { return file.json().is_object() && file.json().contains(key); };
  return has("base") || has("design") || has("parameters") || has("keep") || has("ranks_per_point");
}

void refuse_too_many(double n, const std::string& where) {
  if (n > static_cast<double>(most_points))
    throw InputError({fmt::format("the design has {:.3g} points", n), where,
                      fmt::format("at most {} points", most_points), "take fewer values, or split the scan"});
}

/// Whoever gives a parameter file where a scan file is wanted is told so, and not that its sections mean nothing.
void refuse_parameters_of_a_run(const config::LocatedJson& file, const std::string& name) {
  if (!file.json().is_object()) return;
  Settings defaults;
  bool is_section = false;
  defaults.for_each_section([&](const char* section, const auto&...) { is_section |= file.json().contains(section); });
  if (is_section && !has_key_of_scan(file))
    throw InputError({"this file sets the parameters of one run, and describes no scan", name,
                      "a scan file with a base and a design (docs/scans.md)",
                      fmt::format("use: cecropia run {}; or name it as the 'base' of a scan file", name)});
}

/// The keys of one object of a scan file, each asked for once; what nobody asked for is unknown.
class Reader {
 public:
  Reader(const config::LocatedJson& file, const Json& object, std::string path)
      : file_(file), object_(object), path_(std::move(path)) {
    if (!object.is_object()) refuse(path_.empty() ? "the file" : path_, "an object { ... }", "see docs/scans.md");
  }
  /// The value, or nothing.
  const Json* find(const std::string& key) {
    known_.push_back(key);
    const auto it = object_.find(key);
    return it == object_.end() ? nullptr : &*it;
  }
  std::string text(const std::string& key, const std::string& otherwise) {
    const Json* value = find(key);
    if (value != nullptr && !value->is_string()) refuse_value(key, "a text");
    return value == nullptr ? otherwise : value->get<std::string>();
  }
  std::int64_t whole(const std::string& key, std::int64_t otherwise, std::int64_t lowest) {
    const Json* value = find(key);
    if (value == nullptr) return otherwise;
    if (!value->is_number_integer() || value->get<std::int64_t>() < lowest)
      refuse_value(key, fmt::format("a whole number of at least {}", lowest));
    return value->get<std::int64_t>();
  }
  double number(const std::string& key) {
    const Json* value = find(key);
    if (value == nullptr || !value->is_number() || !std::isfinite(value->get<double>())) refuse_value(key, "a number");
    return value->get<double>();
  }
  /// After the last find(): whatever else stands there is a mistake.
  void no_more() const {
    for (const auto& [key, value] : object_.items()) {
      if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
      const auto near = closest(key, known_);
      throw InputError(
          {fmt::format("'{}' means nothing here", inside(key)), place(key),
           fmt::format("one of: {}", fmt::join(known_, ", ")),
           near ? fmt::format("did you mean '{}'?", *near) : "remove it, or put it where docs/scans.md has it"});
    }
  }
  [[noreturn]] void refuse_value(const std::string& key, const std::string& expected) const {
    const auto it = object_.find(key);
    refuse(it == object_.end() ? fmt::format("'{}' is not there", inside(key))
                               : fmt::format("'{}' = {} cannot be used", inside(key), it->dump()),
           expected, "see docs/scans.md", key);
  }
  std::string inside(const std::string& key) const { return path_.empty() ? key : path_ + "." + key; }
  std::string place(const std::string& key) const { return file_.where(inside(key)); }

 private:
  [[noreturn]] void refuse(const std::string& what, const std::string& expected, const std::string& fix,
                           const std::string& key = {}) const {
    throw InputError({what, key.empty() ? file_.where(path_) : place(key), expected, fix});
  }
  const config::LocatedJson& file_;
  const Json& object_;
  std::string path_;
  std::vector<std::string> known_;
};

double at_share(const Axis& axis, double share) {
  if (!axis.logarithmic) return axis.from + share * (axis.to - axis.from);
  return std::exp(std::log(axis.from) + share * (std::log(axis.to) - std::log(axis.from)));
}

/// { "from": a, "to": b, "n": 5, "spacing": "log" }; n only where values are wanted.
void read_range(Reader range, bool wants_values, Axis& axis) {
  axis.from = range.number("from");
  axis.to = range.number("to");
  const std::string spacing = range.text("spacing", "linear");
  if (spacing != "linear" && spacing != "log") range.refuse_value("spacing", "one of: linear, log");
  axis.logarithmic = spacing == "log";
  if (!(axis.from < axis.to)) range.refuse_value("to", "a number above 'from'");
  if (axis.logarithmic && !(axis.from > 0)) range.refuse_value("from", "a number above 0 for spacing = log");
  if (wants_values) {
    const std::int64_t n = range.whole("n", 0, 2);
    if (n == 0) range.refuse_value("n", "a whole number of at least 2");
    refuse_too_many(static_cast<double>(n), range.place("n"));
    for (std::int64_t i = 0; i < n; ++i)  // both ends exactly as they stand
      axis.values.push_back(i == 0       ? axis.from
                            : i + 1 == n ? axis.to
                                         : at_share(axis, static_cast<double>(i) / static_cast<double>(n - 1)));
  }
  range.no_more();
}

std::vector<Axis> read_axes(const config::LocatedJson& file, Reader& design, DesignKind kind) {
  const Json* all = design.find("axes");
  if (all == nullptr || !all->is_object() || all->empty())
    design.refuse_value("axes", "parameters and their values, { \"feedback.alpha_out\": [0, 0.5, 1] }");
  std::vector<Axis> axes;
  for (const auto& [name, given] : all->items()) {
    Axis axis;
    axis.name = name;
    const std::string path = "design.axes." + name;
    if (given.is_object()) {
      read_range(Reader(file, given, path), kind != DesignKind::sobol, axis);
    } else {
      if (kind == DesignKind::sobol || !given.is_array() || given.empty())
        throw InputError({fmt::format("axis '{}' = {} cannot be used", name, given.dump()), file.where(path),
                          kind == DesignKind::sobol
                              ? "a range { \"from\": a, \"to\": b }"
                              : "a list of values, or a range { \"from\": a, \"to\": b, \"n\": 5 }",
                          "see docs/scans.md"});
      axis.values.assign(given.begin(), given.end());
      for (std::size_t i = 0; i < axis.values.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
          if (axis.values[i] == axis.values[j])
            throw InputError({fmt::format("axis '{}' has the value {} twice", name, axis.values[i].dump()),
                              file.where(path), "values that differ", "remove one of them"});
    }
    axes.push_back(std::move(axis));
  }
  return axes;
}

void read_keep(Reader& plan, Plan& out) {
  const Json* keep = plan.find("keep");
  if (keep == nullptr) return;
  if (*keep == "all" || *keep == "none") {
    out.keep_all = *keep == "all";
    return;
  }
  if (!keep->is_array()) plan.refuse_value("keep", "\"all\", \"none\", or a list of points: [0, 17]");
  for (const Json& id : *keep) {
    if (!id.is_number_integer() || id.get<std::int64_t>() < 0)
      plan.refuse_value("keep", "\"all\", \"none\", or a list of points: [0, 17]");
    out.keep.push_back(id.get<std::int64_t>());
  }
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// Cells of a line of comma-separated values; a list or a quoted text may hold commas: [1,2], "a,b".
std::vector<std::string> cells(std::string_view line) {
  std::vector<std::string> out(1);
  int depth = 0;
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    if (!quoted && c == '[') ++depth;
    if (!quoted && c == ']') --depth;
    if (c == ',' && depth == 0 && !quoted)
      out.emplace_back();
    else
      out.back() += c;
  }
  for (std::string& cell : out) cell = std::string(trimmed(cell));
  return out;
}

/// A cell as JSON; what is no JSON is a text.
Json value_of(const std::string& cell) {
  Json value = config::parse_json(cell);
  return value.is_discarded() ? Json(cell) : value;
}

std::vector<Point> points_of_table(const std::vector<std::pair<std::size_t, std::string_view>>& lines,
                                   const std::string& file) {
  std::vector<std::string> names = cells(lines.front().second);
  const auto place = [&](std::size_t line) { return fmt::format("{}, line {}", file, line); };
  std::set<std::string> seen;
  for (const std::string& name : names)
    if (name.empty() || !seen.insert(name).second)
      throw InputError({name.empty() ? "a column has no name" : fmt::format("column '{}' stands twice", name),
                        place(lines.front().first), "a first line with the names of parameters: section.key, ...",
                        "name each column after one parameter"});
  std::vector<Point> points;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const auto& [number, text] = lines[i];
    const std::vector<std::string> row = cells(text);
    if (row.size() != names.size())
      throw InputError({fmt::format("there are {} cells and {} columns", row.size(), names.size()), place(number),
                        "one cell for each column", "complete the line"});
    Point point;
    point.id = static_cast<std::int64_t>(points.size());
    point.where = place(number);
    point.where_names = place(lines.front().first);
    point.values = Json::object();
    for (std::size_t k = 0; k < row.size(); ++k) point.values[names[k]] = value_of(row[k]);
    points.push_back(std::move(point));
  }
  return points;
}

}  // namespace

bool is_scan_file(std::string_view text, const std::string& file) {
  return has_key_of_scan(config::LocatedJson(text, file));
}

void check_keep(const Plan& plan, const std::string& where) {
  for (const std::int64_t id : plan.keep)
    if (id >= std::ssize(plan.points))
      throw InputError({fmt::format("point {} is to be kept, but there are {}", id, plan.points.size()), where,
                        fmt::format("points from 0 to {}", std::ssize(plan.points) - 1), "correct 'keep'"});
}

AskedPoint parse_point(std::string_view line, const std::string& where) {
  const config::LocatedJson json(line, where);
  if (!json.json().is_object())
    throw InputError({fmt::format("'{}' is not a point", trimmed(line).substr(0, 60)), where,
                      "{ \"section.key\": value, ... }", "write one JSON object per line"});
  AskedPoint asked;
  asked.point.values = json.json();
  asked.point.where = where;
  if (const auto id = asked.point.values.find("id"); id != asked.point.values.end()) {
    asked.tag = *id;
    asked.point.values.erase("id");
  }
  return asked;
}

std::string read_table(const std::filesystem::path& file) {
  return config::read_text(
      file, {"the table of points", "comma-separated values under names of parameters, or one JSON object per line",
             "write a line of names, and one for each point"});
}

std::vector<Point> read_points(std::string_view text, const std::string& file) {
  std::vector<std::pair<std::size_t, std::string_view>> lines;
  std::size_t number = 0;
  text = without_byte_order_mark(text);
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    ++number;
    const std::string_view line = trimmed(text.substr(begin, end - begin));
    if (!line.empty() && line.front() != '#') lines.emplace_back(number, line);
    begin = end + 1;
  }
  if (lines.empty())
    throw InputError({"there are no points", file, "a table of points, or one JSON object per line",
                      "add points, or use a design in the scan file"});
  refuse_too_many(static_cast<double>(lines.size()), file);
  std::vector<Point> points;
  if (lines.front().second.front() == '{') {
    for (const auto& [n, line] : lines) {
      points.push_back(parse_point(line, fmt::format("{}, line {}", file, n)).point);
      points.back().id = static_cast<std::int64_t>(points.size()) - 1;
    }
  } else {
    points = points_of_table(lines, file);
  }
  if (points.empty())
    throw InputError({"there are no points below the names", file, "one line per point", "add a line"});
  return points;
}

std::vector<Point> grid(const std::vector<Axis>& axes, const std::string& where) {
  double all = 1.0;
  for (const Axis& axis : axes) all *= static_cast<double>(axis.values.size());
  refuse_too_many(all, where);
  std::vector<Point> points;
  const auto n = static_cast<std::int64_t>(all);
  for (std::int64_t id = 0; id < n; ++id) {
    Point point{id, Json::object(), fmt::format("point {} of {}", id, where)};
    std::int64_t rest = id, block = n;
    for (const Axis& axis : axes) {
      block /= std::ssize(axis.values);
      point.values[axis.name] = axis.values[static_cast<std::size_t>(rest / block)];
      rest %= block;
    }
    points.push_back(std::move(point));
  }
  return points;
}

std::vector<Point> sobol(const std::vector<Axis>& axes, std::int64_t n, std::int64_t skip, const std::string& where) {
  refuse_too_many(static_cast<double>(n), where);
  boost::random::sobol engine(axes.size());
  engine.discard(static_cast<boost::uintmax_t>(skip) * axes.size());
  const double span = static_cast<double>(boost::random::sobol::max()) + 1.0;
  std::vector<Point> points;
  for (std::int64_t id = 0; id < n; ++id) {
    Point point{id, Json::object(), fmt::format("point {} of {}", id, where)};
    for (const Axis& axis : axes) point.values[axis.name] = at_share(axis, static_cast<double>(engine()) / span);
    points.push_back(std::move(point));
  }
  return points;
}

std::vector<Point> one_at_a_time(const std::vector<Axis>& axes, const std::string& where) {
  double all = 1.0;
  for (const Axis& axis : axes) all += static_cast<double>(axis.values.size());
  refuse_too_many(all, where);
  std::vector<Point> points{{0, Json::object(), fmt::format("point 0 of {}", where)}};
  for (const Axis& axis : axes)
    for (const Json& value : axis.values) {
      const std::int64_t id = std::ssize(points);
      points.push_back({id, {{axis.name, value}}, fmt::format("point {} of {}", id, where)});
    }
  return points;
}

Plan read_plan(std::string_view text, const std::filesystem::path& file) {
  const config::LocatedJson located(text, file.string());
  refuse_parameters_of_a_run(located, file.string());
  Reader top(located, located.json(), "");
  Plan plan;
  const auto beside = [&](const std::string& name) {
    const std::filesystem::path path(name);
    return path.is_absolute() ? path : file.parent_path() / path;
  };
  if (const std::string base = top.text("base", ""); !base.empty()) {
    plan.base_name = beside(base).string();
    config::FileKind kind;
    kind.if_missing = "'base' is looked for beside the scan file; put it there, or give its whole path";
    plan.base_text = config::read_text(plan.base_name, kind);
  }
  if (const Json* own = top.find("parameters"); own != nullptr) plan.parameters_text = own->dump();
  plan.ranks_per_point = top.whole("ranks_per_point", 1, 1);
  read_keep(top, plan);
  const Json* given = top.find("design");
  top.no_more();
  if (given == nullptr) return plan;  // points come from elsewhere

  Reader design(located, *given, "design");
  const std::string kind = design.text("kind", "grid"), where = file.string();
  if (kind == "grid" || kind == "one_at_a_time") {
    plan.kind = kind == "grid" ? DesignKind::grid : DesignKind::one_at_a_time;
    plan.axes = read_axes(located, design, plan.kind);
    plan.points = plan.kind == DesignKind::grid ? grid(plan.axes, where) : one_at_a_time(plan.axes, where);
  } else if (kind == "sobol") {
    plan.kind = DesignKind::sobol;
    plan.axes = read_axes(located, design, plan.kind);
    const std::int64_t n = design.whole("n", 0, 1), skip = design.whole("skip", 0, 0);
    if (n == 0) design.refuse_value("n", "how many points, a whole number of at least 1");
    plan.points = sobol(plan.axes, n, skip, where);
  } else if (kind == "list") {
    plan.kind = DesignKind::list;
    const std::string name = design.text("file", "");
    if (name.empty()) design.refuse_value("file", "a table of points, beside the scan file");
    plan.points = read_points(read_table(beside(name)), beside(name).string());
  } else {
    design.refuse_value("kind", "one of: grid, list, sobol, one_at_a_time");
  }
  design.no_more();
  return plan;
}

}  // namespace cecropia::scan
