#include "cecropia/output/parameters.hpp"

#include <cmath>
#include <cstddef>

namespace cecropia::output {

namespace {
constexpr const char* page = "docs/formats.md";
}

const std::vector<Parameter<Parameters>> rows{
    choice<&Parameters::levels, levels_names>("levels",
                                              "Levels whose galaxies are written: none, those nearest to redshifts "
                                              "with the last of the trees, each every-th, "
                                              "or all.",
                                              page),
    numbers<&Parameters::redshifts>(
        "redshifts", "-",
        "Redshifts of the catalogues, for levels = redshifts; the last level of the trees is always written besides.",
        page, 0, 200),
    integer<&Parameters::every>("every", "-", "For levels = every: the last level and each n-th before it.", page, 1,
                                100000),
    texts<&Parameters::properties>("properties", "Properties of each galaxy: their names, 'default' or 'all'.",
                                   "docs/output.md"),
    number<&Parameters::m_star_min_msun>("m_star_min_msun", "Msun", "Galaxies with less stellar mass are not written.",
                                         page, 0, 1e15),
    number<&Parameters::m_vir_min_msun>("m_vir_min_msun", "Msun", "Galaxies in lighter halos are not written.", page, 0,
                                        1e18),
    integer<&Parameters::compression>(
        "compression", "-", "Deflate level of run.h5. 0: not compressed, written by all ranks; above, rank 0 writes.",
        page, 0, 9)};

LevelChoice choose_levels(const Parameters& parameters, const std::vector<double>& redshift) {
  const std::size_t n = redshift.size();
  LevelChoice choice{std::vector<bool>(n, parameters.levels == Levels::all)};
  if (n == 0) return choice;
  if (parameters.levels == Levels::every)
    for (std::size_t i = 0; i < n; ++i)
      choice.written[i] = (n - 1 - i) % static_cast<std::size_t>(parameters.every) == 0;
  if (parameters.levels != Levels::redshifts) return choice;
  choice.written.back() = true;  // where a forest ends is what most people look at, and few know it beforehand
  const double early = redshift.front() + (n > 1 ? 0.5 * (redshift[0] - redshift[1]) : 0.0);
  const double late = redshift.back() - (n > 1 ? 0.5 * (redshift[n - 2] - redshift[n - 1]) : 0.0);
  for (const double z : parameters.redshifts) {
    if (z > early || z < late) {
      (z > early ? choice.before : choice.after).push_back(z);
      continue;
    }
    std::size_t nearest = 0;
    for (std::size_t i = 1; i < n; ++i)
      if (std::fabs(redshift[i] - z) < std::fabs(redshift[nearest] - z)) nearest = i;
    choice.written[nearest] = true;
  }
  return choice;
}

}  // namespace cecropia::output
