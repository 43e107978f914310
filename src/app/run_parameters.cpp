#include "cecropia/app/run_parameters.hpp"

namespace cecropia::app {

void RunParameters::apply(const std::string& text, const std::string& file_name,
                          const std::vector<std::string>& assignments) {
  document.apply_json(text, file_name);
  for (const std::string& assignment : assignments) document.apply_set(assignment);
}

}  // namespace cecropia::app
