#include "cecropia/app/print.hpp"

#include <cstdio>

#include "cecropia/core/error.hpp"
#include "cecropia/core/printable.hpp"

namespace cecropia::app {

void print(const std::string& said) {
  const std::string text = printable(said);
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
    throw InputError({"standard output cannot be written", "standard output", "a place that takes the text",
                      "check the disk or the pipe behind it"});
}

}  // namespace cecropia::app
