#pragma once
/// \file  The stellar populations of one ImfModel: one per distinct IMF. Theory manual: docs/theory/imf.md, IMF-12.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "cecropia/stars/imf_model.hpp"
#include "cecropia/stars/population.hpp"
#include "cecropia/stars/tables.hpp"

namespace cecropia::stars {

/// IMF-12: stars are drawn from the IMF of the metallicity of their table bin (they live as its stars) and of the bin
/// in redshift they are born in. Neighbouring metallicity bins with one IMF share one Population, so that there is one
/// in all where nothing depends on anything.
class Populations {
 public:
  /// `bins`: the metallicity bins in which stars of this kind may be born; below and above them the IMF is that of the
  /// nearest. Throws InputError where an IMF has no star above `m_massive_msun`.
  Populations(const Tables& tables, const ImfModel& imf, MetallicityBins bins, double m_massive_msun = 5.0);

  /// The population that stars of metallicity bin i_z (of the tables) come from; any redshift.
  const Population& at(std::size_t i_z, double redshift) const {
    std::size_t bin = 0;
    if (!edges_.empty())
      bin = static_cast<std::size_t>(std::upper_bound(edges_.begin(), edges_.end(), redshift) - edges_.begin());
    return all_[index_[bin * n_z_ + i_z]];
  }
  bool depends_on_redshift() const { return !edges_.empty(); }
  const std::vector<Population>& all() const { return all_; }  ///< every member, for limits over all of them
  double longest_life_myr() const;                             ///< of any star of any member

 private:
  std::size_t n_z_;
  std::vector<double> edges_;  // of the bins in redshift, ascending
  std::vector<Population> all_;
  std::vector<std::uint32_t> index_;  // of all_, by bin in redshift and metallicity bin
};

}  // namespace cecropia::stars
