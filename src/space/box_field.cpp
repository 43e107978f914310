#include "cecropia/space/box_field.hpp"

#include <vector>

#include "cecropia/parallel/node_share.hpp"
#include "gather.hpp"

namespace cecropia::space {
namespace {

bool before(const Source& a, const Source& b) { return a.halo_id < b.halo_id; }

Point centre_of(const Source& s) {
  return {static_cast<double>(s.position_cmpc[0]), static_cast<double>(s.position_cmpc[1]),
          static_cast<double>(s.position_cmpc[2])};
}

}  // namespace

BoxField::BoxField(double box_cmpc, std::span<const Source> mine, const parallel::Communicator& ranks,
                   const parallel::Communicator& node, std::size_t node_bytes)
    : box_(box_cmpc) {
  const Gathered<Source> sources = gather(mine, ranks, node, node_bytes, before);
  if (!sources.on_node || node.is_root()) {
    std::vector<Sphere> bubbles, regions;
    std::vector<BubbleContent> contents;
    std::vector<std::int64_t> owners;
    for (const Source& s : sources.all) {
      if (s.bubble_radius_cmpc > 0.0f) {
        bubbles.push_back({centre_of(s), static_cast<double>(s.bubble_radius_cmpc)});
        contents.push_back(content_of(s));
      }
      if (s.region_radius_cmpc > 0.0f) {
        regions.push_back({centre_of(s), static_cast<double>(s.region_radius_cmpc)});
        owners.push_back(s.descendant_id);
      }
    }
    bubbles_ = SphereIndex(box_, bubbles);
    regions_ = SphereIndex(box_, regions);
    contents_ = parallel::NodeArray<BubbleContent>(std::move(contents));
    region_owner_ = parallel::NodeArray<std::int64_t>(std::move(owners));
  }
  if (!sources.on_node) return;
  for (SphereIndex* index : {&bubbles_, &regions_}) {
    index->set_layout(box_, node.broadcast(index->layout()));
    index->share([&](auto array) { return parallel::share_on_node(node, std::move(array)); });
  }
  contents_ = parallel::share_on_node(node, std::move(contents_));
  region_owner_ = parallel::share_on_node(node, std::move(region_owner_));
}

Metals BoxField::metal_fractions(const Point& point, std::int64_t halo_id, bool own) const {
  Metals sum{};
  bubbles_.any_enclosing(point, [&](std::uint32_t i) {
    const BubbleContent& b = contents_[i];
    if (own || !b.is_own_of(halo_id))
      for (std::size_t e = 0; e < n_metals; ++e) sum[e] += static_cast<double>(b.fractions[e]);
    return false;
  });
  return sum;
}

bool BoxField::is_ionised(const Point& point, std::int64_t halo_id, double least_own_cmpc) const {
  return regions_.any_enclosing(
      point, [&](std::uint32_t i) { return region_owner_[i] != halo_id || regions_.radius_cmpc(i) > least_own_cmpc; });
}

std::size_t BoxField::bytes() const {
  return bubbles_.bytes() + regions_.bytes() + contents_.bytes() + region_owner_.bytes();
}

}  // namespace cecropia::space
