#pragma once
/// \file  Numbers of a product that make no sense for the star they are for: another unit, another column.
#include <string>

#include "cecropia/stars/product.hpp"

namespace cecropia::stars {

/// InputError "stellar product: WHAT".
[[noreturn]] void refuse(const std::string& where, const std::string& what, const std::string& expected,
                         const std::string& fix);

/// "the star of 20 Msun, Z = 0.014"
std::string name_of(double m_msun, double z);

/// IMP-7. InputError with the place of the number: a lifetime off by more than a factor 5 from STA-2, light by more
/// than 3 dex (5 dex from 9 to 15 Msun) from STA-3 and STA-24 or no logarithm, cores heavier than
/// their star or far too light, fractions that are none, energies that are not in erg. z > 0.
void check_units(const ProductStar& star, double z);

}  // namespace cecropia::stars
