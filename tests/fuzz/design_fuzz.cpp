// Any text given as a scan file, as a table of points or as a point on the standard input (first byte: which) is either
// understood or refused with an InputError, and the points are numbered and have values.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "cecropia/core/error.hpp"
#include "cecropia/scan/design.hpp"
#include "require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using cecropia::fuzz::require;
  namespace scan = cecropia::scan;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto check = [](const std::vector<scan::Point>& points) {
    std::int64_t id = 0;
    for (const scan::Point& point : points) require(point.id == id++ && point.values.is_object());
  };
  try {
    switch (data[0] % 3) {
      case 0: {
        for (const char* name : {"\"file\"", "\"base\""})  // files that it names are not tested here
          if (text.find(name) != std::string_view::npos) return 0;
        // points by the million are right, and slow
        if (text.size() > 2000 || text.find("000") != std::string_view::npos) return 0;
        static_cast<void>(scan::is_scan_file(text, "fuzz"));
        const scan::Plan plan = scan::read_plan(text, "fuzz.json");
        check(plan.points);
        scan::check_keep(plan, "fuzz");
        break;
      }
      case 1:
        check(scan::read_points(text, "fuzz.csv"));
        break;
      default:
        require(scan::parse_point(text, "fuzz").point.values.is_object());
    }
  } catch (const cecropia::InputError&) {
  }
  return 0;
}
