#include <fmt/format.h>

#include <algorithm>
#include <boost/graph/graphviz.hpp>
#include <boost/iterator/counting_iterator.hpp>
#include <cmath>
#include <functional>
#include <map>
#include <sstream>
#include <utility>
#include <vector>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/draw.hpp"
#include "draw_parts.hpp"

namespace cecropia::tree {
namespace {

/// The part of a forest that is drawn.
struct Picture {
  struct Node {
    Halo halo = 0;
    std::size_t level = 0;
  };
  struct Edge {
    std::size_t from = 0, to = 0;
    bool is_main = false, is_host = false;
  };
  std::vector<Node> nodes;
  std::vector<Edge> links;
};

}  // namespace
}  // namespace cecropia::tree

/// Boost.Graph's view of a picture: vertices and edges are positions in its two lists.
template <>
struct boost::graph_traits<cecropia::tree::Picture> {
  struct traversal_category : vertex_list_graph_tag, edge_list_graph_tag {};
  using vertex_descriptor = std::size_t;
  using edge_descriptor = std::size_t;
  using directed_category = directed_tag;
  using edge_parallel_category = allow_parallel_edge_tag;
  using vertex_iterator = counting_iterator<std::size_t>;
  using edge_iterator = counting_iterator<std::size_t>;
  using vertices_size_type = std::size_t;
  using edges_size_type = std::size_t;
};

namespace cecropia::tree {
namespace {

// Found by argument-dependent lookup; the names are Boost's.
using Position = boost::counting_iterator<std::size_t>;
std::pair<Position, Position> vertices(const Picture& p) { return {Position(0), Position(p.nodes.size())}; }
std::pair<Position, Position> edges(const Picture& p) { return {Position(0), Position(p.links.size())}; }
std::size_t num_edges(const Picture& p) { return p.links.size(); }
std::size_t source(std::size_t edge, const Picture& p) { return p.links[edge].from; }
std::size_t target(std::size_t edge, const Picture& p) { return p.links[edge].to; }

/// The progenitors of `root`, level by level back in time, and the hosts among them.
Picture picture_of(const Forest& f, Halo root) {
  Picture picture;
  std::map<Halo, std::size_t> node;
  const auto add = [&](Halo h, std::size_t level) {
    node[h] = picture.nodes.size();
    picture.nodes.push_back({h, level});
  };
  add(root, f.level_of(root));
  for (std::size_t n = 0; n < picture.nodes.size(); ++n) {
    const auto [h, l] = picture.nodes[n];
    const HaloRange progenitors = f.progenitors_of(h);
    for (Halo p = progenitors.first; p < progenitors.last; ++p) {
      picture.links.push_back({picture.nodes.size(), n, p == progenitors.first, false});
      add(p, l - 1);
    }
  }
  for (std::size_t n = 0; n < picture.nodes.size(); ++n) {
    const Halo h = picture.nodes[n].halo;
    if (f.is_satellite(h) && node.count(f.host[h]) != 0) picture.links.push_back({n, node[f.host[h]], false, true});
  }
  return picture;
}

std::string as_graphviz(const Forest& f, const Picture& picture) {
  const auto write_node = [&](std::ostream& out, std::size_t n) {
    const auto [h, level] = picture.nodes[n];
    const char* colour = f.is_satellite(h) ? "lightblue" : "white";
    if ((f.flags[h] & Forest::is_phantom) != 0) colour = "lightgrey";
    const char* style = (f.flags[h] & Forest::is_interpolated) != 0 ? "filled,dashed" : "filled";
    out << fmt::format("[label=\"{}\\nlog10 M = {:.2f}\\nz = {:.2f}\", shape=box, style=\"{}\", fillcolor={}]", f.id[h],
                       std::log10(f.m_vir_msun[h]), f.redshift[level], style, colour);
  };
  const auto write_edge = [&](std::ostream& out, std::size_t e) {
    if (picture.links[e].is_host)
      out << "[style=dashed, constraint=false]";
    else
      out << (picture.links[e].is_main ? "[penwidth=2]" : "[penwidth=0.7]");
  };
  std::ostringstream out;
  boost::write_graphviz(out, picture, write_node, write_edge, boost::default_writer(),
                        boost::typed_identity_property_map<std::size_t>());
  return out.str();
}

}  // namespace

std::string on_owner(const Forest& f, std::int64_t halo_id, const parallel::Communicator& ranks,
                     const std::function<std::string(Halo)>& draw) {
  const auto at = std::find(f.id.begin(), f.id.end(), halo_id);
  const std::int64_t owner = ranks.max(std::int64_t{at != f.id.end() ? ranks.rank() : -1});
  if (owner < 0)
    throw InputError(
        {fmt::format("there is no halo {} in these trees", halo_id), f.info.source, "the id of a halo",
         "leave --halo out to draw the most massive root, or take an id from the column id of a tree file or from "
         "halo_id in the run.h5 of a run on these trees"});
  std::string text;
  if (ranks.rank() == owner) text = draw(static_cast<Halo>(at - f.id.begin()));
  return ranks.broadcast(std::move(text), static_cast<int>(owner));
}

std::string draw_graphviz(const Forest& f, std::int64_t halo_id, const parallel::Communicator& ranks) {
  return on_owner(f, halo_id, ranks, [&](Halo root) { return as_graphviz(f, picture_of(f, root)); });
}

}  // namespace cecropia::tree
