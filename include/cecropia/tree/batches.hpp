#pragma once
/// \file  A tree set, whatever its source, in parts that fit into memory: for those who write it to a file.
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cecropia/cosmology/cosmology.hpp"
#include "cecropia/parallel/communicator.hpp"
#include "cecropia/tree/catalogue.hpp"
#include "cecropia/tree/eps.hpp"
#include "cecropia/tree/repair.hpp"
#include "cecropia/tree/source.hpp"

namespace cecropia::tree {

/// What is known of a set before its halos are read. No h.
struct SetDescription {
  std::string source;  ///< "eps", or the last part of the path: the same on every machine
  std::string format;  ///< as trees.format
  double omega_m = 0, omega_l = 0, h = 0;
  std::vector<double> redshift;  ///< of the levels, falling
  double box_cmpc = 0;           ///< 0: none
  double volume_cmpc3 = 0;       ///< 0: the weights of the forests say it
  double m_resolution_msun = 0;  ///< 0: the least massive halo
  std::vector<std::string> warnings;
};

/// Forests of a set on demand. Memory is that of the forests asked for.
class Batches {
 public:
  virtual ~Batches() = default;
  Batches(const Batches&) = delete;
  Batches& operator=(const Batches&) = delete;

  const SetDescription& description() const { return description_; }
  /// Halos of each forest, in canonical order; a guess for EPS. The same on any number of ranks.
  const std::vector<double>& predicted_halos() const { return predicted_halos_; }
  /// Collective; every rank may ask for other forests. Forests [first, last) of the set, repaired as trees.repair says,
  /// validated (tree/validate.hpp; an id that occurs twice is seen where both halos are fetched at one time, by
  /// whichever ranks), the halos of each together, by level, then id: whatever the source, equal forests are equal
  /// columns. Errors: InputError, the same on all ranks.
  Catalogue fetch(std::size_t first, std::size_t last);
  /// What trees.repair did to all that was fetched: one finding for each repair, without examples of later parts.
  const std::vector<Finding>& repaired() const { return repaired_; }

 protected:
  /// `repairs` are made in what is fetched. `cosmology` and `ranks` must outlive the set.
  Batches(std::vector<Repair> repairs, const cosmology::Cosmology& cosmology, const parallel::Communicator& ranks)
      : ranks_(ranks), cosmology_(cosmology), repairs_(std::move(repairs)) {}
  /// The same without repair, validation and order. Not collective.
  virtual Catalogue take(std::size_t first, std::size_t last) const = 0;

  SetDescription description_;
  std::vector<double> predicted_halos_;
  double particle_mass_msun_ = 0.0;  ///< 0: not known
  const parallel::Communicator& ranks_;
  const cosmology::Cosmology& cosmology_;

 private:
  std::vector<Repair> repairs_;
  std::vector<Finding> repaired_;
};

/// Collective. The set that `parameters` name; nothing but its facts and the list of its forests is read. `ranks` and
/// `cosmology` must outlive it.
std::unique_ptr<Batches> open_batches(const Parameters& parameters, const EpsParameters& eps,
                                      const cosmology::Cosmology& cosmology, random::Seed seed,
                                      const parallel::Communicator& ranks);

/// The halos of a catalogue by forest, level and id; all columns follow.
Catalogue in_canonical_order(Catalogue catalogue);

/// Runs of forests [first, last) with at most `halos` halos each by prediction (but at least one forest), in order.
std::vector<std::pair<std::size_t, std::size_t>> windows(const std::vector<double>& predicted_halos, double halos);

}  // namespace cecropia::tree
