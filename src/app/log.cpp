#include "cecropia/app/log.hpp"

#include <fmt/format.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <memory>
#include <utility>

#include "cecropia/core/error.hpp"
#include "cecropia/core/printable.hpp"
#include "cecropia/io/atomic_file.hpp"

namespace cecropia::app {
namespace {
using spdlog::level::level_enum;

level_enum level_of(Verbosity verbosity, level_enum normal) {
  if (verbosity == Verbosity::quiet) return std::max(normal, spdlog::level::warn);
  return verbosity == Verbosity::verbose ? std::min(normal, spdlog::level::debug) : normal;
}

/// A pattern for messages that are printable: they quote names and remarks of files.
class PrintableFormatter : public spdlog::formatter {
 public:
  explicit PrintableFormatter(std::string pattern) : text_(std::move(pattern)), pattern_(text_) {}
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& line) override {
    const std::string text = printable(std::string(message.payload.data(), message.payload.size()));
    spdlog::details::log_msg clean = message;
    clean.payload = text;
    pattern_.format(clean, line);
    message.color_range_start = clean.color_range_start;  // the sink paints by these
    message.color_range_end = clean.color_range_end;
  }
  std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<PrintableFormatter>(text_); }

 private:
  std::string text_;
  spdlog::pattern_formatter pattern_;
};

}  // namespace

void start_log(int rank, Verbosity verbosity) {
  auto screen = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
  screen->set_level(rank == 0 ? level_of(verbosity, spdlog::level::info) : spdlog::level::warn);
  screen->set_formatter(std::make_unique<PrintableFormatter>(
      rank == 0 ? "[%H:%M:%S] %^%l%$: %v" : fmt::format("[%H:%M:%S] [rank {}] %^%l%$: %v", rank)));
  auto logger = std::make_shared<spdlog::logger>("cecropia", std::move(screen));
  logger->set_level(spdlog::level::debug);  // each sink decides for itself
  logger->flush_on(spdlog::level::info);
  // A log file that stops growing (full disk) is worth one line: the results have their own, loud way to fail.
  logger->set_error_handler([said = false](const std::string& why) mutable {
    if (!std::exchange(said, true))
      std::fputs(fmt::format("cecropia: the log is incomplete: {}\n", why).c_str(), stderr);
  });
  spdlog::set_default_logger(std::move(logger));
}

void log_to(const std::filesystem::path& file) {
  io::stay_inside(file.parent_path(), file);
  try {
    auto sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(file.string(), false);
    sink->set_level(spdlog::level::debug);
    sink->set_formatter(std::make_unique<PrintableFormatter>("[%Y-%m-%d %H:%M:%S] %l: %v"));
    spdlog::default_logger()->sinks().push_back(std::move(sink));
  } catch (const spdlog::spdlog_ex& error) {
    throw InputError({fmt::format("the log cannot be written: {}", error.what()), file.string(), "a file that can grow",
                      "check the permissions of the folder, or choose another with --out"});
  }
}

void warn_of_no_locks(const std::filesystem::path& folder) {
  spdlog::warn("the file system of '{}' has no locks: see to it that no other run or scan writes into this folder",
               folder.string());
}

void say_what_was_swept(std::size_t n) {
  if (n > 0) spdlog::info("{} unfinished files of processes that were killed are gone", n);
}

}  // namespace cecropia::app
