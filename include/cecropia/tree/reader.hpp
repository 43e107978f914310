#pragma once
/// \file  A tree set on disk, whatever its format: what it says of itself, which forests it holds, and any of them on
/// demand. One implementation per format; tree/formats.hpp lists them.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cecropia/cosmology/cosmology.hpp"
#include "cecropia/tree/catalogue.hpp"

namespace cecropia::tree {

struct Parameters;  // tree/source.hpp

/// What a tree set says of itself, in our units (no h). What is empty it does not say.
struct SetFacts {
  std::optional<double> omega_m, omega_l, h;
  std::optional<double> box_cmpc;  ///< side of the periodic box, comoving Mpc
  std::optional<double> particle_mass_msun;
  std::vector<double> scale;                ///< scale factors of the levels, rising: level 0 is the earliest
  bool has_positions = true;                ///< false: the box gives the volume only
  std::vector<double> redshift;             ///< of the levels, where the set gives redshifts; empty: as `scale` says
  std::optional<double> volume_cmpc3;       ///< volume that the set stands for, where it is not the box
  std::optional<double> m_resolution_msun;  ///< mass resolution; empty: the least massive halo
  std::vector<std::string> warnings;        ///< what the user should know; one sentence each
};

struct ForestSize {
  std::int64_t id = -1;
  std::int64_t n_halos = 0;
  std::optional<double> weight_per_cmpc3;  ///< empty: one over the volume of the set
};

/// One halo as a reader delivers it; the columns of Catalogue.
struct HaloRow {
  std::int64_t id = -1, descendant_id = -1, host_id = -1;
  std::uint32_t level = 0;  ///< index into SetFacts::scale
  double m_vir_msun = 0.0;
  std::array<float, 3> position_cmpc{};
  std::uint8_t flags = 0;
};

/// Forests of one tree set. Opening reads what describes the set and the list of its forests, never the halos; not
/// collective: every rank may open the set and read its share. Every failure is an InputError that names the file and
/// the place in it (byte, row or dataset); a forest is delivered whole or not at all.
class Reader {
 public:
  virtual ~Reader() = default;
  Reader() = default;
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  const SetFacts& facts() const { return facts_; }
  /// In canonical order: rising id, each id once.
  const std::vector<ForestSize>& forests() const { return forests_; }
  /// Appends the halos of forests [first, last) of forests() to `into`: `into.forest` counts from 0 at `first` if
  /// `into` was empty. Positions are appended for all halos or for none. `into.redshift` and the per-forest columns are
  /// filled by read_forests(), which is what everybody else calls.
  virtual void read(std::size_t first, std::size_t last, Catalogue& into) const = 0;

 protected:
  SetFacts facts_;
  std::vector<ForestSize> forests_;
};

/// Appends one halo of the `forest`-th forest to all columns but n_progenitors_expected; with its position or without.
void append(Catalogue& to, const HaloRow& halo, std::uint32_t forest, bool with_position = true);

/// Forests [first, last) of the set as a Catalogue of their own. `volume_cmpc3` stands for the forests that have no
/// weight.
Catalogue read_forests(const Reader& reader, std::size_t first, std::size_t last, double volume_cmpc3);

/// Redshifts of the levels, falling.
std::vector<double> redshifts_of(const SetFacts& facts);
/// Redshifts of a list of scale factors.
std::vector<double> redshifts_of(const std::vector<double>& scale);

/// CHOICE: snapshots lie between the big bang and a = 1.1; a value outside is something else (a redshift, a time).
inline bool is_scale_factor(double a) { return a > 0.0 && a <= 1.1; }

/// Scale factors of snapshots out of a text file with one number per line (`*.a_list`); lines that begin with '#' and
/// empty lines are skipped. InputError with file and line: no number, not within (0, 1.1], not rising, no line at all.
std::vector<double> read_scale_factors(const std::string& path);

/// The volume that the set stands for [cMpc^3]: the parameter, or what the set says, or the box. InputError if neither
/// is there and a forest has no weight.
double volume_of(const Reader& reader, const Parameters& parameters);

/// The mass of a particle of the simulation: trees.particle_mass_msun, or what the set says; 0 if neither tells.
double particle_mass_of(const SetFacts& facts, const Parameters& parameters);

/// InputError if what the set says of Omega_M, Omega_L and h is not what the parameters say, within
/// trees.cosmology_tolerance, or no number, or not flat.
void check_cosmology(const SetFacts& facts, const Parameters& parameters, const cosmology::Parameters& cosmology);

/// One mass out of those that a format offers: `chosen` (trees.mass_column), any case. With "auto" the only one there
/// is; InputError that lists them where there are several, or where `chosen` is not among them.
std::size_t choose_mass(const std::string& chosen, const std::vector<std::string>& offered, const std::string& where);

}  // namespace cecropia::tree
