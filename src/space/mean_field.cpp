#include "cecropia/space/mean_field.hpp"

#include <algorithm>
#include <vector>

#include "cecropia/parallel/node_share.hpp"
#include "cecropia/space/ionised.hpp"
#include "gather.hpp"

namespace cecropia::space {
namespace {

/// What is needed of a source here.
struct Filler {
  std::int64_t halo_id;
  double filling;
  std::array<float, n_metals> fractions;
};

bool before(const Filler& a, const Filler& b) { return a.halo_id < b.halo_id; }

}  // namespace

MeanField::MeanField(std::span<const Source> mine, const parallel::Communicator& ranks,
                     const parallel::Communicator& node, std::size_t node_bytes) {
  std::vector<Filler> fillers;
  for (const Source& s : mine)
    if (s.bubble_radius_cmpc > 0.0f)
      fillers.push_back({s.halo_id, s.weight_per_cmpc3 * sphere_volume_cmpc3(static_cast<double>(s.bubble_radius_cmpc)),
                         s.bubble_fractions});
  const Gathered<Filler> all = gather(std::span<const Filler>(fillers), ranks, node, node_bytes, before);
  if (!all.on_node || node.is_root()) {
    std::vector<double> cumulative;
    std::vector<Fractions> fractions;
    double sum = 0.0;
    for (const Filler& f : all.all) {
      cumulative.push_back(sum += f.filling);
      fractions.push_back(f.fractions);
    }
    cumulative_ = parallel::NodeArray<double>(std::move(cumulative));
    fractions_ = parallel::NodeArray<Fractions>(std::move(fractions));
  }
  if (!all.on_node) return;
  cumulative_ = parallel::share_on_node(node, std::move(cumulative_));
  fractions_ = parallel::share_on_node(node, std::move(fractions_));
}

Metals MeanField::drawn(double u) const {
  Metals found{};
  if (cumulative_.empty()) return found;
  const double* at = std::upper_bound(cumulative_.begin(), cumulative_.end(), u * filling());
  const auto i = std::min(static_cast<std::size_t>(at - cumulative_.begin()), cumulative_.size() - 1);
  for (std::size_t e = 0; e < n_metals; ++e) found[e] = static_cast<double>(fractions_[i][e]);
  return found;
}

}  // namespace cecropia::space
