#include "cecropia/app/print.hpp"

#include <cstdio>

#include "cecropia/core/error.hpp"
#include "cecropia/core/printable.hpp"

namespace cecropia::app {

void write_out(const std::string& bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) != bytes.size() || std::fflush(stdout) != 0)
    throw InputError({"standard output cannot be written", "standard output", "a place that takes the text",
                      "check the disk or the pipe behind it"});
}

void print(const std::string& text) { write_out(printable(text)); }

}  // namespace cecropia::app
