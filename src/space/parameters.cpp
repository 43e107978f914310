#include "cecropia/space/parameters.hpp"

#include <string>

#include "cecropia/core/error.hpp"

namespace cecropia::space {

const std::vector<Parameter<Parameters>> rows{
    choice<&Parameters::metals, metals_names>(
        "metals", "Metals between halos: bubbles blown by the model's galaxies, or the uniform table below.",
        "BOX-2, EPF-1, SUR-1"),
    choice<&Parameters::ionisation, ionisation_names>(
        "ionisation", "Ionised gas: regions around the model's galaxies, or the uniform table below.",
        "BOX-3, ION-3, SUR-1"),
    numbers<&Parameters::redshift>("redshift", "-",
                                   "Redshifts of the tables below, ascending; empty means a primordial, "
                                   "neutral intergalactic medium.",
                                   "SUR-1", 0.0, 1e4),
    numbers<&Parameters::z_igm>(
        "z_igm", "-", "Metal mass fraction of the intergalactic gas at these redshifts; for metals = uniform.", "SUR-1",
        0.0, 0.1),
    numbers<&Parameters::ionised_fraction>("ionised_fraction", "-",
                                           "Ionised volume fraction at these redshifts; for ionisation = uniform.",
                                           "SUR-1", 0.0, 1.0)};

const std::vector<Parameter<BubbleParameters>> bubble_rows{
    number<&BubbleParameters::energy_fraction>("energy_fraction", "-",
                                               "Share of the supernova energy that drives the outflow bubble.",
                                               "BUB-2; CHOICE", 0.0, 10.0),
    number<&BubbleParameters::sound_speed_ionised_km_s>(
        "sound_speed_ionised_km_s", "km/s", "Sound speed around a bubble in ionised gas.", "BUB-3; CHOICE", 0.0, 100.0),
    number<&BubbleParameters::sound_speed_neutral_km_s>(
        "sound_speed_neutral_km_s", "km/s", "Sound speed around a bubble in neutral gas.", "BUB-3; CHOICE", 0.0, 100.0),
    flag<&BubbleParameters::own_bubble>(
        "own_bubble", "Does a halo take in metals of its own bubble? With the standard clumping factor that runs away.",
        "BOX-2, EPF-1; off: docs/theory/space.md"),
    number<&BubbleParameters::clustering>(
        "clustering", "-",
        "Trees without positions: the mean number of bubbles of others over a halo, where bubbles fill space once.",
        "EPF-1; CHOICE", 0.0, 100.0),
    number<&BubbleParameters::clustering_index>(
        "clustering_index", "-",
        "Trees without positions: the power of the filling factor with which that number grows. 1: bubbles are "
        "everywhere this much more frequent than at random places; less: the more so the fewer they are.",
        "EPF-1; CHOICE", 0.05, 1.0)};

const std::vector<Parameter<ReionisationParameters>> reionisation_rows{
    number<&ReionisationParameters::f_esc_ii>("f_esc_ii", "-",
                                              "Share of the H-ionising photons of Population II that leave the galaxy.",
                                              "ION-1; Hartwig et al. (2024), MEM", 0.0, 1.0),
    number<&ReionisationParameters::f_esc_iii>(
        "f_esc_iii", "-", "Share of the H-ionising photons of Population III that leave the galaxy.",
        "ION-1; Hartwig et al. (2024), MEM", 0.0, 1.0),
    number<&ReionisationParameters::clumping>("clumping", "-", "Clumping factor of recombining intergalactic gas.",
                                              "ION-1; CHOICE", 0.0, 100.0),
    number<&ReionisationParameters::clustering>(
        "clustering", "-", "Trees without positions: the ionised filling factor is this much larger where halos are.",
        "ION-4; CHOICE", 0.0, 100.0),
    choice<&ReionisationParameters::own_region, own_region_names>(
        "own_region",
        "Where the ionised region of a halo, if it is larger than the halo, keeps gas from the halo itself: in a "
        "periodic box, with and without places, or nowhere.",
        "BOX-3, ION-4; CHOICE")};

const std::vector<Parameter<LymanWernerParameters>> lyman_werner_rows{
    choice<&LymanWernerParameters::source, lyman_werner_names>(
        "source", "Lyman-Werner background: the published J21(z), or that of the model's own stars.", "THR-1, LWB-1"),
    number<&LymanWernerParameters::escape>("escape", "-", "Share of the Lyman-Werner photons that leave the galaxies.",
                                           "LWB-1; CHOICE", 0.0, 1.0)};

namespace {

void refuse(const std::string& key, const std::string& choice) {
  throw InputError({"'" + key + "' has no effect", "parameter '" + key + "'", choice,
                    "set " + choice + ", or leave '" + key + "' out"});
}

/// Rows that are not at their defaults though nothing of their section has an effect.
template <class Block>
void refuse_changes(const std::string& section, const Block& p, const std::vector<Parameter<Block>>& of,
                    const std::string& choice) {
  for (const Parameter<Block>& row : of)
    if (row.load(p) != row.load(Block{})) refuse(section + "." + std::string(row.key), choice);
}

}  // namespace

void check(const AllParameters& p) {
  const Parameters& s = p.surroundings;
  if (!s.z_igm.empty() && s.metals != MetalSource::uniform)
    refuse("surroundings.z_igm", "surroundings.metals = uniform");
  if (!s.ionised_fraction.empty() && s.ionisation != Ionisation::uniform)
    refuse("surroundings.ionised_fraction", "surroundings.ionisation = uniform");
  if (!s.redshift.empty() && s.z_igm.empty() && s.ionised_fraction.empty())
    refuse("surroundings.redshift", "surroundings.z_igm or surroundings.ionised_fraction at these redshifts");
  if (s.metals == MetalSource::uniform)
    refuse_changes("bubbles", p.bubbles, bubble_rows, "surroundings.metals = bubbles");
  if (s.ionisation == Ionisation::uniform)
    refuse_changes("reionisation", p.reionisation, reionisation_rows, "surroundings.ionisation = regions");
  if (p.lyman_werner.escape != LymanWernerParameters{}.escape &&
      p.lyman_werner.source != LymanWernerSource::self_consistent)
    refuse("lyman_werner.escape", "lyman_werner.source = self_consistent");
}

void check_places(const AllParameters& p, bool has_places) {
  if (!has_places) return;
  if (p.bubbles.clustering != BubbleParameters{}.clustering)
    refuse("bubbles.clustering", "trees without positions, as in trees.path = eps");
  if (p.bubbles.clustering_index != BubbleParameters{}.clustering_index)
    refuse("bubbles.clustering_index", "trees without positions, as in trees.path = eps");
  if (p.reionisation.clustering != ReionisationParameters{}.clustering)
    refuse("reionisation.clustering", "trees without positions, as in trees.path = eps");
}

}  // namespace cecropia::space
