// The report of an import: for people, and beside the tables in their file.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "../table_writer.hpp"
#include "cecropia/io/hdf5.hpp"
#include "cecropia/stars/import.hpp"

namespace cecropia::stars {
namespace {

constexpr const char* group = "/import";

std::string mass_range(double from, double to) {
  return from == to ? fmt::format("{:.6g} Msun", from) : fmt::format("{:.6g} to {:.6g} Msun", from, to);
}

/// Gaps that differ in the metallicity only stand in one line.
std::string list_gaps(const std::vector<Gap>& gaps, std::size_t n_z) {
  struct Line {
    Gap gap;
    std::vector<double> z;
    std::size_t stars = 0;
  };
  std::vector<Line> lines;
  for (const Gap& g : gaps) {
    const auto same = std::find_if(lines.begin(), lines.end(), [&](const Line& l) {
      return l.gap.quantity == g.quantity && l.gap.origin == g.origin && l.gap.m_from_msun == g.m_from_msun &&
             l.gap.m_to_msun == g.m_to_msun && l.gap.stars == g.stars;
    });
    if (same == lines.end()) {
      lines.push_back({g, {g.z}, g.stars});
    } else {
      same->z.push_back(g.z);
      same->stars += g.stars;
    }
  }
  std::string text;
  for (const Line& l : lines)
    text += fmt::format("  {}: {} ({} star{}), {}\n      instead: {}\n", l.gap.quantity,
                        mass_range(l.gap.m_from_msun, l.gap.m_to_msun), l.stars, l.stars == 1 ? "" : "s",
                        l.z.size() == n_z && n_z > 1 ? std::string("all metallicities")
                                                     : fmt::format("Z = {:.4g}", fmt::join(l.z, ", ")),
                        l.gap.origin);
  return text.empty() ? "  none\n" : text;
}

std::string balance(const ImportReport& report, const Tables& tables) {
  std::size_t worst = 0, printed = 0, within = 0;
  std::array<std::size_t, closed_names.size()> closed{};
  for (std::size_t i = 0; i < report.imbalance.size(); ++i) {
    ++closed[static_cast<std::size_t>(report.closed_by[i])];
    if (std::fabs(report.imbalance[i]) > std::fabs(report.imbalance[worst])) worst = i;
    if (report.printed_precision[i] > 0) {
      ++printed;
      within += std::fabs(report.imbalance[i]) <= std::max(report.printed_precision[i], 1e-12) ? 1 : 0;
    }
  }
  const Star& star = tables.stars()[worst];
  std::string text =
      fmt::format("imbalance      largest {:.2e} of the initial mass", std::fabs(report.imbalance[worst]));
  if (report.imbalance[worst] != 0)
    text += fmt::format(" ({:.6g} Msun, Z = {:.4g}; printed precision there {:.1e})", star.m_msun, star.z,
                        report.printed_precision[worst]);
  if (printed > 0) text += fmt::format("; {} of {} stars within the printed precision", within, printed);
  text += "\nclosed by      ";
  bool any = false;
  for (std::size_t i = 1; i < closed.size(); ++i)
    if (closed[i] > 0) {
      text += fmt::format("{}{} ({} star{})", any ? ", " : "", closed_names[i], closed[i], closed[i] == 1 ? "" : "s");
      any = true;
    }
  return text + (any ? "\n" : "nothing: every star was balanced to 1e-12\n");
}

template <class E>
std::vector<std::uint8_t> as_bytes(const std::vector<E>& values) {
  std::vector<std::uint8_t> out;
  for (const E v : values) out.push_back(static_cast<std::uint8_t>(v));
  return out;
}

}  // namespace

std::string describe(const ImportReport& report, const Tables& tables) {
  std::string text = fmt::format("layout         {} ({} file{})\n", report.format, report.files.size(),
                                 report.files.size() == 1 ? "" : "s");
  std::array<std::size_t, origin_names.size()> origins{};
  for (const Origin o : report.origin) ++origins[static_cast<std::size_t>(o)];
  text += fmt::format("stars          {} of the product", report.n_stars);
  for (std::size_t i = 1; i < origins.size(); ++i)
    if (origins[i] > 0) text += fmt::format("; {} {}", origins[i], origin_names[i]);
  text += '\n';
  text += balance(report, tables);
  text += "gaps, and where their content comes from:\n";
  text += list_gaps(report.gaps, tables.n_z());
  if (!report.notes.empty()) text += "notes:\n";
  for (const std::string& note : report.notes) text += fmt::format("  {}\n", note);
  return text;
}

void write_import(const std::filesystem::path& path, const Import& import) {
  const ImportReport& r = import.report;
  const std::vector<std::size_t> shape{import.tables.n_z(), import.tables.n_m()};
  const auto names = [](const auto& list) { return std::vector<std::string>(list.begin(), list.end()); };
  write_tables(path, import.tables, [&](io::SerialFile& file) {
    file.write_attribute(group, "format", r.format);
    file.write_text("/import/report", describe(r, import.tables), "what was read, filled and closed");
    file.write("/import/imbalance", r.imbalance, shape, "1",
               "(m - wind - supernova - remnant)/m in the product, before it was closed");
    file.write("/import/printed_precision", r.printed_precision, shape, "1",
               "half units of the last printed digits in the same sum, over m; 0 where nothing was printed");
    file.write_strings("/import/closed_by_names", names(closed_names), "what closed the mass, by number");
    file.write("/import/closed_by", as_bytes(r.closed_by), shape, "1", "a number in /import/closed_by_names");
    file.write_strings("/import/origin_names", names(origin_names), "where a star comes from, by number");
    file.write("/import/origin", as_bytes(r.origin), shape, "1", "a number in /import/origin_names");
    file.write_strings("/import/files", r.contents, "name | XXH3 (64 bit) of the content");
    std::vector<std::string> gaps;
    for (const Gap& g : r.gaps)
      gaps.push_back(fmt::format("{} | Z = {} | {} to {} Msun | {} stars | {}", g.quantity, g.z, g.m_from_msun,
                                 g.m_to_msun, g.stars, g.origin));
    if (!gaps.empty())
      file.write_strings("/import/gaps", gaps, "quantity | metallicity | masses | stars | where it comes from");
  });
}

std::string read_import_report(const std::filesystem::path& path) {
  const io::SerialFile file = io::SerialFile::open(path);
  return file.has("/import/report") ? file.read_text("/import/report") : std::string();
}

}  // namespace cecropia::stars
