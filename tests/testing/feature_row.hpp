#pragma once
/// \file  A check that belongs to a row of docs/feature_rows.json: it is a test as any other, and it writes down what
/// it found, so that tools/verify_models can print the rows with values. CECROPIA_FEATURE_ROWS names the file to which
/// lines are appended; without it nothing is written.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace cecropia::testing_rows {

/// Writes one line of JSON: row, check, value, expectation, whether it holds. Texts are ours and need no escapes.
inline void write_down(const std::string& row, const std::string& check, double value, const std::string& expected,
                       bool holds) {
  const char* path = std::getenv("CECROPIA_FEATURE_ROWS");
  if (path == nullptr) return;
  std::FILE* out = std::fopen(path, "a");
  ASSERT_NE(out, nullptr) << path;
  const std::string number = std::isfinite(value) ? "%.6g" : "\"%g\"";
  const std::string line =
      R"({"row": "%s", "check": "%s", "value": )" + number + R"(, "expected": "%s", "holds": %s})" + "\n";
  std::fprintf(out, line.c_str(), row.c_str(), check.c_str(), value, expected.c_str(), holds ? "true" : "false");
  EXPECT_EQ(std::fclose(out), 0) << path;
}

inline std::string text(double x) {
  char digits[32];
  std::snprintf(digits, sizeof digits, "%.6g", x);
  return digits;
}

inline void judge(const char* row, const char* check, double value, const std::string& expected, bool holds) {
  EXPECT_TRUE(holds) << "row " << row << ", " << check << ": " << text(value) << ", expected " << expected;
  write_down(row, check, value, expected, holds);
}

/// |value - expected| <= tolerance
inline void row_near(const char* row, const char* check, double value, double expected, double tolerance) {
  judge(row, check, value, text(expected) + " +- " + text(tolerance), std::fabs(value - expected) <= tolerance);
}
/// low <= value <= high
inline void row_between(const char* row, const char* check, double value, double low, double high) {
  judge(row, check, value, text(low) + " to " + text(high), value >= low && value <= high);
}
inline void row_below(const char* row, const char* check, double value, double limit) {
  judge(row, check, value, "< " + text(limit), value < limit);
}
inline void row_above(const char* row, const char* check, double value, double limit) {
  judge(row, check, value, "> " + text(limit), value > limit);
}

/// The largest deviation of many values, collected for one line of the table.
class Largest {
 public:
  void add(double deviation) {
    if (!(std::fabs(deviation) <= most_)) most_ = std::fabs(deviation);  // NaN stays
  }
  double value() const { return most_; }

 private:
  double most_ = 0.0;
};

}  // namespace cecropia::testing_rows
