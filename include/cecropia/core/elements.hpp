#pragma once
/// \file  The element slots of the stellar tables and the metals that the walk carries.
#include <array>
#include <cstddef>
#include <string_view>

namespace cecropia {

/// Slots of the stellar-population tables, in file order. `Oth` is every other metal.
enum class Slot : std::size_t { H, He, C, N, O, Ne, Mg, Si, S, Ca, Fe, Oth };
inline constexpr std::size_t n_slots = 12;
inline constexpr std::array<std::string_view, n_slots> slot_names{"H",  "He", "C", "N",  "O",  "Ne",
                                                                  "Mg", "Si", "S", "Ca", "Fe", "Oth"};

/// Metals carried by gas, outflows and bubbles: the sum of all elements with atomic number >= 6, then nine of them.
enum Metal : std::size_t {
  metal_z,
  metal_c,
  metal_n,
  metal_o,
  metal_ne,
  metal_mg,
  metal_si,
  metal_s,
  metal_ca,
  metal_fe
};
inline constexpr std::size_t n_metals = 10;
inline constexpr std::array<std::string_view, n_metals> metal_names{"Z",  "C",  "N", "O",  "Ne",
                                                                    "Mg", "Si", "S", "Ca", "Fe"};
/// Table slot of metal i >= 1 (i = 0 is the sum of slots C to Oth).
inline constexpr std::array<Slot, n_metals> metal_slot{Slot::Oth, Slot::C,  Slot::N, Slot::O,  Slot::Ne,
                                                       Slot::Mg,  Slot::Si, Slot::S, Slot::Ca, Slot::Fe};
/// Masses of the carried metals [Msun], or mass fractions where the name says so.
using Metals = std::array<double, n_metals>;

/// Atomic weights used for abundance ratios [u], same order as metal_names (the entry of Z is not used).
inline constexpr std::array<double, n_metals> metal_atomic_weight{0,      12.011, 14.007, 15.999, 20.180,
                                                                  24.305, 28.085, 32.06,  40.078, 55.845};
/// Solar photospheric log10 eps, Asplund et al. (2009) table 1 (the entry of Z is not used).
inline constexpr std::array<double, n_metals> solar_log_eps{0, 8.43, 7.83, 8.69, 7.93, 7.60, 7.51, 7.12, 6.34, 7.50};
inline constexpr double hydrogen_atomic_weight = 1.008;

}  // namespace cecropia
