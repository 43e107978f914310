#include "cecropia/stars/populations.hpp"

namespace cecropia::stars {

Populations::Populations(const Tables& tables, const ImfModel& imf, MetallicityBins bins, double m_massive_msun)
    : n_z_(tables.n_z()), edges_(imf.redshift_edges()) {
  std::vector<Imf> before;  // of the bin in redshift below
  for (std::size_t bin = 0; bin <= edges_.size(); ++bin) {
    // Beyond the outermost edges nothing changes; between two, the middle stands for the bin.
    const double redshift = edges_.empty()                     ? 0.0
                            : bin == 0 || bin == edges_.size() ? edges_[std::min(bin, edges_.size() - 1)]
                                                               : 0.5 * (edges_[bin - 1] + edges_[bin]);
    std::vector<Imf> imfs;
    for (std::size_t i = 0; i < n_z_; ++i)
      imfs.push_back(imf.at(tables.z_grid()[std::clamp(i, bins.first, std::min(bins.last, n_z_ - 1))], redshift));
    for (std::size_t i = 0; i < n_z_; ++i) {
      if (bin > 0 && imfs == before) {
        index_.push_back(index_[index_.size() - n_z_]);
        continue;
      }
      if (i == 0 || !(imfs[i] == imfs[i - 1])) {
        std::size_t last = i;
        while (last + 1 < n_z_ && imfs[last + 1] == imfs[i]) ++last;
        all_.emplace_back(tables, imfs[i], m_massive_msun, MetallicityBins{i, last});
      }
      index_.push_back(static_cast<std::uint32_t>(all_.size() - 1));
    }
    before = std::move(imfs);
  }
}

double Populations::longest_life_myr() const {
  double longest = 0.0;
  for (const Population& p : all_) longest = std::max(longest, p.life_range_myr().second);
  return longest;
}

}  // namespace cecropia::stars
