#pragma once
/// \file  Do the tables reach as far as the stars that are drawn? Theory manual: docs/theory/stars.md, STA-17.
#include <string>
#include <vector>

#include "cecropia/stars/parameters.hpp"
#include "cecropia/stars/population.hpp"
#include "cecropia/stars/tables.hpp"

namespace cecropia::stars {

/// IMF-4: a star outside of the masses of the tables lives as the nearest one. InputError if that would be one of more
/// than twice or less than half its mass: the tables begin above 2 m_massive_msun, or an IMF reaches beyond twice their
/// last mass (CHOICE). The upper limit of a tabulated IMF is in its file and not looked at here.
void check_range(const Parameters& parameters, const Tables& tables);

/// Serial: reads the files of tabulated IMFs. InputError if one cannot be used (IMF-10), has no massive stars, or
/// reaches beyond twice the last mass of the tables.
void check_imf_files(const Parameters& parameters, const Tables& tables);

/// STA-17: what a user has to know about the metallicities of `tables`, a sentence each; none for tables with a
/// metal-free set (Z <= 1e-5) and others.
std::vector<std::string> metallicity_remarks(const Tables& tables);

/// IMF-4: the cell of `population` that returns most for the mass it takes, in the metallicity `bins` that it holds.
struct LargestReturn {
  double returned_over_taken = 0, m_msun = 0, z = 0;  ///< of the table star of that cell
};
LargestReturn largest_return(const Population& population, const Tables& tables, MetallicityBins bins = {});
/// Above it steps in mass are too wide; those of the standard tables stay below.
inline constexpr double largest_usual_return = 1.01;

}  // namespace cecropia::stars
