#include "cecropia/scan/settings.hpp"

namespace cecropia::scan {

namespace {
constexpr double largest_seed = 9007199254740992.0;  // 2^53: every JSON reader keeps it exactly
}

const std::vector<Parameter<Random>> random_rows{
    integer<&Random::seed>("seed", "-", "Seed of the run; every draw is a function of it, the halo and the sub-step.",
                           "Salmon et al. (2011)", 0, largest_seed),
    integer<&Random::realisation>("realisation", "-", "Number of the realisation under one seed.",
                                  "Salmon et al. (2011)", 0, largest_seed)};

config::Document document(Settings& settings) {
  std::vector<config::Section> sections;
  settings.for_each_section([&](const char* name, const char* meaning, auto& block, const auto& rows) {
    sections.push_back(config::section(name, meaning, block, rows));
  });
  return config::Document(std::move(sections));
}

}  // namespace cecropia::scan
