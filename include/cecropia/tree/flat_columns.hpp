#pragma once
/// \file  Halos as flat columns with links by id, as Galacticus and ytree store them: what the numbers mean, without
/// any file.
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "cecropia/cosmology/cosmology.hpp"
#include "cecropia/tree/catalogue.hpp"
#include "cecropia/tree/reader.hpp"

namespace cecropia::tree::flat {

/// Numbers of the file -> ours: times `factor`, times h to `h_exponent`, times a to `a_exponent` (then physical).
struct Unit {
  double factor = 1.0;  ///< Msun, Mpc or Myr
  int h_exponent = 0, a_exponent = 0;
};

/// v h^exponent.
double with_h(double v, double h, int exponent);

/// A unit out of its value in SI. What lies within 1e-3 of a power of ten of Msun, pc or yr is taken for exactly that:
/// files round these constants in many ways, and none of them is meant. `one_in_si`: of Msun, Mpc or Myr.
double unit_factor(double in_si, double one_in_si);

/// Which column tells the time of a halo.
enum class Clock : std::uint8_t { expansion_factor, redshift, time };

/// A value of the clock, and the level that it belongs to.
struct Tick {
  double value = 0.0;
  std::uint32_t level = 0;
};

/// What the numbers of a file mean.
struct Meaning {
  std::string where;           ///< the file, for messages
  std::string id_name = "id";  ///< what the format calls the id of a halo
  Unit mass, length;
  double h = 1.0;
  double box = 0.0;  ///< in lengths of the file; 0: none
  Clock clock = Clock::expansion_factor;
  std::vector<Tick> ticks;    ///< rising in value
  std::vector<double> scale;  ///< of the levels
  bool ids_are_rows = false;  ///< ids are unique in a forest only: the row in the file is the id
};

/// Rows of the file as they stand there; columns that the file does not have are empty.
struct Columns {
  std::vector<std::int64_t> node, descendant, host;
  std::vector<double> mass, clock;
  std::vector<double> position;   ///< three per halo
  std::vector<std::int64_t> row;  ///< of the set, where those of a forest do not follow each other; else empty
  std::vector<std::uint8_t> phantom, interpolated, main;
};

/// A forest inside Columns.
struct Run {
  std::size_t begin = 0, n_halos = 0;  ///< rows of Columns
  std::int64_t first_row = 0;          ///< of the file
  std::int64_t forest_id = -1;
};

/// Appends the halos of `runs` to `into` (forests counted from `first_forest`). InputError that names file, forest and
/// row: a column of another length, a clock that no level has, a mass, id or position that cannot be, and, where rows
/// are ids, links that lead nowhere or an id that a forest has twice.
void to_catalogue(const Columns& columns, const Meaning& meaning, std::span<const Run> runs, std::uint32_t first_forest,
                  Catalogue& into);

/// Levels out of the clock's distinct values (rising in value): scale factors closer than 1.5e-5 are one level. Fills
/// `ticks` and `scale`; `time_myr`: the unit, where the clock is a time. InputError: no value, a value that is no time,
/// more than 4096 levels.
void find_levels(const std::vector<double>& values, const Unit& time_myr, const cosmology::Parameters& cosmology,
                 Meaning& meaning);

/// Levels as this program writes them: redshifts, which are the clock. Fills `meaning` and `facts`. Calls `refuse`,
/// which throws, with what is wrong: redshifts that do not fall from below 1e5 to above -0.1.
void take_levels(const std::vector<double>& redshift, Meaning& meaning, SetFacts& facts,
                 const std::function<void(const std::string&)>& refuse);

/// A warning if the set does not tell Omega_M or h; `trees` is what the user calls it ("The arbor").
void warn_of_untold_cosmology(SetFacts& facts, const std::string& trees);

/// The next part of the clock's column: its new values go to their place among `values` (rising). InputError that names
/// `where` and the row: a value that is not finite, more than 65536 values.
void collect_times(const std::vector<double>& part, std::size_t first_row, const std::string& where,
                   std::vector<double>& values);

}  // namespace cecropia::tree::flat
