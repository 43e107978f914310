#pragma once
/// \file  Do the tables reach as far as the stars that are drawn? Theory manual: docs/theory/stars.md, STA-17.
#include "cecropia/stars/parameters.hpp"
#include "cecropia/stars/tables.hpp"

namespace cecropia::stars {

/// IMF-4: a star outside of the masses of the tables lives as the nearest one. InputError if that would be one of more
/// than twice or less than half its mass: the tables begin above 2 m_massive_msun, or an IMF reaches beyond twice their
/// last mass (CHOICE). The upper limit of a tabulated IMF is in its file and not looked at here.
void check_range(const Parameters& parameters, const Tables& tables);

/// Serial: reads the files of tabulated IMFs. InputError if one cannot be used (IMF-10), has no massive stars, or
/// reaches beyond twice the last mass of the tables.
void check_imf_files(const Parameters& parameters, const Tables& tables);

}  // namespace cecropia::stars
