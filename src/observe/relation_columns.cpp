#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "cecropia/observe/history.hpp"
#include "evaluate.hpp"

namespace cecropia::observe {

namespace {

constexpr std::int64_t fewest_records = 3;  // two galaxies always lie on a line
constexpr double none = std::numeric_limits<double>::quiet_NaN();

/// A relation between two quantities of galaxies, told by three columns.
struct LineByLevel {
  const char *name, *of;  ///< of the columns; what is fitted, for their descriptions
  const char *y_name, *y_unit;
  std::size_t moments, squares, counted;
  double x_pivot, y_pivot;
  double x_at;  ///< where the line is read off
  const char *at_name, *at_text;
};
constexpr LineByLevel lines[] = {
    {"mzr", "[O/H] of young stars in log10 M_*", "oh", "dex", sum::mzr_moments, sum::oxygen_squares, count::with_oxygen,
     m_star_pivot, oh_pivot, 9.0, "1e9_msun", "M_* = 1e9 Msun"},
    {"size", "log10 R in log10 M_*, R the radius of star-forming gas, of the light in discs", "log10_pc", "log10 pc",
     sum::size_moments, sum::size_squares, count::with_size, m_star_pivot, size_pivot, 9.0, "1e9_msun",
     "M_* = 1e9 Msun"},
    {"compactness",
     "[O/H] of young stars above the fundamental relation in the compactness 0.21 log10 M_* - log10 R/pc", "offset",
     "dex", sum::compactness_moments, sum::compactness_squares, count::with_compactness, compactness_pivot,
     offset_pivot, compactness_pivot, "-0.75", "compactness -0.75"}};

/// What a mean square about `fitted` numbers, taken from the same galaxies, is too small by: n/(n - fitted), with the
/// number n = (Sum w)^2/Sum w^2 of equal galaxies that tell as much (Kish 1965). NaN if that is no more than `fitted`.
double widened(double mean_square, double weight, double squares, double fitted) {
  const double n = weight * weight / squares;
  return n > fitted * (1 + 1e-9) ? mean_square * n / (n - fitted) : none;
}

}  // namespace

void add_relations_by_level(const Evaluation& e, std::vector<Column>& columns) {
  const auto add = [&](std::string name, std::string unit, std::string description, auto value_at) {
    Column c{std::move(name), std::move(unit), std::move(description), {}};
    for (const LevelTotals& level : e.levels) c.values.push_back(value_at(level));
    columns.push_back(std::move(c));
  };
  const std::string whose = fmt::format(" of detectable galaxies; NaN with fewer than {}", fewest_records);
  for (const LineByLevel& line : lines) {
    const auto fit_at = [&line](const LevelTotals& level) -> std::optional<LineFit> {
      if (level.counts[line.counted] < fewest_records) return std::nullopt;
      return fit_line(level.moments(line.moments), line.x_pivot, line.y_pivot);
    };
    const auto add_of_fit = [&](const std::string& what, const char* unit, const std::string& text, auto value_of) {
      add(fmt::format("{}_{}", line.name, what), unit, text + whose, [&](const LevelTotals& level) {
        const std::optional<LineFit> fit = fit_at(level);
        return fit ? value_of(*fit, level) : none;
      });
    };
    add_of_fit("slope", "-", fmt::format("Slope of the line of {},", line.of),
               [](const LineFit& f, const LevelTotals&) { return f.line.slope; });
    add_of_fit(fmt::format("{}_at_{}", line.y_name, line.at_name), line.y_unit,
               fmt::format("Value at {} of the line of {},", line.at_text, line.of),
               [&line](const LineFit& f, const LevelTotals&) { return f.line.at(line.x_at); });
    add_of_fit(
        "scatter_dex", "dex", fmt::format("Scatter about the line of {}, without the bias of few galaxies,", line.of),
        [&line](const LineFit& f, const LevelTotals& level) {
          return std::sqrt(widened(f.scatter * f.scatter, level.sums[line.moments], level.sums[line.squares], 2.0));
        });
  }
  const auto of_fmr = [](auto value_of) {
    return [value_of](const LevelTotals& level) {
      const double w = level.sums[sum::fmr];
      if (level.counts[count::with_oxygen] < fewest_records || !(w > 0)) return none;
      return value_of(level.sums[sum::fmr_residual] / w, level.sums[sum::fmr_square] / w, level);
    };
  };
  add("fmr_offset_dex", "dex", "Mean of [O/H] of young stars above the fundamental relation," + whose,
      of_fmr([](double mean, double, const LevelTotals&) { return mean; }));
  add("fmr_scatter_dex", "dex",
      "Standard deviation of [O/H] of young stars about the fundamental relation, without the bias of few galaxies," +
          whose,
      of_fmr([](double mean, double square, const LevelTotals& level) {
        return std::sqrt(
            widened(std::max(square - mean * mean, 0.0), level.sums[sum::fmr], level.sums[sum::oxygen_squares], 1.0));
      }));
  const std::size_t first = slots_of(e.p, 0).stacks;
  for (std::size_t i = 0; i < e.p.stack_masses_log10.size(); ++i) {
    const double middle = e.p.stack_masses_log10[i], half = 0.5 * e.p.stack_width_dex;
    add(fmt::format("oh_log10_m_star_{:.12g}_dex", middle), "dex",
        fmt::format(
            "Mean [O/H] of young stars of detectable galaxies of log10 M_* = {:g} to {:g} [Msun]; NaN without one",
            middle - half, middle + half),
        [&](const LevelTotals& level) {
          const double w = level.sums[first + 2 * i];
          return w > 0 ? level.sums[first + 2 * i + 1] / w : none;
        });
  }
}

}  // namespace cecropia::observe
