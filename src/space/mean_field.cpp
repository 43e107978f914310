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
  BubbleContent content;
};

bool before(const Filler& a, const Filler& b) { return a.halo_id < b.halo_id; }

}  // namespace

MeanField::MeanField(std::span<const Source> mine, const parallel::Communicator& ranks,
                     const parallel::Communicator& node, std::size_t node_bytes) {
  std::vector<Filler> fillers;
  for (const Source& s : mine)
    if (s.bubble_radius_cmpc > 0.0f)
      fillers.push_back({s.halo_id, s.weight_per_cmpc3 * sphere_volume_cmpc3(static_cast<double>(s.bubble_radius_cmpc)),
                         content_of(s)});
  const Gathered<Filler> all = gather(std::span<const Filler>(fillers), ranks, node, node_bytes, before);
  if (!all.on_node || node.is_root()) {
    std::vector<double> cumulative;
    std::vector<BubbleContent> contents;
    double sum = 0.0;
    for (const Filler& f : all.all) {
      cumulative.push_back(sum += f.filling);
      contents.push_back(f.content);
    }
    cumulative_ = parallel::NodeArray<double>(std::move(cumulative));
    contents_ = parallel::NodeArray<BubbleContent>(std::move(contents));
  }
  if (!all.on_node) return;
  cumulative_ = parallel::share_on_node(node, std::move(cumulative_));
  contents_ = parallel::share_on_node(node, std::move(contents_));
}

const BubbleContent* MeanField::drawn(double u) const {
  if (cumulative_.empty()) return nullptr;
  const double* at = std::upper_bound(cumulative_.begin(), cumulative_.end(), u * filling());
  const auto i = std::min(static_cast<std::size_t>(at - cumulative_.begin()), cumulative_.size() - 1);
  return &contents_[i];
}

}  // namespace cecropia::space
