#pragma once
/// \file  Parameters of the space between halos: sections `surroundings`, `bubbles`, `reionisation`, `lyman_werner`.
/// Theory: docs/theory/space.md.
#include <array>
#include <vector>

#include "cecropia/core/parameter.hpp"

namespace cecropia::space {

enum class MetalSource { bubbles, uniform };
inline constexpr std::array metals_names{Named<MetalSource>{"bubbles", MetalSource::bubbles},
                                         Named<MetalSource>{"uniform", MetalSource::uniform}};
enum class Ionisation { regions, uniform };
inline constexpr std::array ionisation_names{Named<Ionisation>{"regions", Ionisation::regions},
                                             Named<Ionisation>{"uniform", Ionisation::uniform}};

/// Section `surroundings`: where metals and ionised gas between halos come from; tables for `uniform`.
struct Parameters {
  MetalSource metals = MetalSource::bubbles;
  Ionisation ionisation = Ionisation::regions;
  std::vector<double> redshift;          ///< nodes, ascending; empty: zero everywhere
  std::vector<double> z_igm;             ///< metal mass fraction of the intergalactic gas at the nodes
  std::vector<double> ionised_fraction;  ///< volume fraction at the nodes, 0 to 1
};
extern const std::vector<Parameter<Parameters>> rows;

/// Section `bubbles`.
struct BubbleParameters {
  double energy_fraction = 0.1;  ///< eps_bubble: share of the supernova energy that drives the bubble
  double sound_speed_ionised_km_s = 11.7, sound_speed_neutral_km_s = 1.0;
  bool own_bubble = false;        ///< does a halo take in metals of its own bubble?
  double clustering = 7.0;        ///< trees without positions: mean number of bubbles over a halo at filling 1
  double clustering_index = 1.0;  ///< trees without positions: they go with the filling factor to this power
};
extern const std::vector<Parameter<BubbleParameters>> bubble_rows;

/// BOX-3, ION-4: where does the ionised region of a halo, if it is larger than the halo, ionise the halo itself?
enum class OwnRegion { box, always, never };
inline constexpr std::array own_region_names{Named<OwnRegion>{"box", OwnRegion::box},
                                             Named<OwnRegion>{"always", OwnRegion::always},
                                             Named<OwnRegion>{"never", OwnRegion::never}};

/// Section `reionisation`.
struct ReionisationParameters {
  double f_esc_ii = 0.175, f_esc_iii = 0.525;  ///< share of H-ionising photons that leave the galaxies
  double clumping = 3.0;
  double clustering = 1.0;  ///< trees without positions: boost of the ionised fraction where halos are
  OwnRegion own_region = OwnRegion::box;
};
extern const std::vector<Parameter<ReionisationParameters>> reionisation_rows;

enum class LymanWernerSource { published, self_consistent };
inline constexpr std::array lyman_werner_names{
    Named<LymanWernerSource>{"published", LymanWernerSource::published},
    Named<LymanWernerSource>{"self_consistent", LymanWernerSource::self_consistent}};

/// Section `lyman_werner`.
struct LymanWernerParameters {
  LymanWernerSource source = LymanWernerSource::published;
  double escape = 1.0;  ///< share of Lyman-Werner photons that leave the galaxies
};
extern const std::vector<Parameter<LymanWernerParameters>> lyman_werner_rows;

struct AllParameters {
  Parameters surroundings;
  BubbleParameters bubbles;
  ReionisationParameters reionisation;
  LymanWernerParameters lyman_werner;
};

/// InputError if a table was given, or a row is not at its default, that has no effect with the choices made in these
/// sections. What depends on the trees is left to check_places(); a default that was written down cannot be known here.
void check(const AllParameters& parameters);
/// InputError if a row for trees without positions is not at its default though the trees have them.
void check_places(const AllParameters& parameters, bool has_places);

}  // namespace cecropia::space
