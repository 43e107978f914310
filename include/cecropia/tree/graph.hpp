#pragma once
/// \file  Boost.Graph's view of links: a vertex is a halo, its one possible edge leads to the halo it points to.
/// Nothing is copied; 1e7 halos are sorted topologically in about three seconds.
#include <boost/graph/graph_traits.hpp>
#include <boost/graph/properties.hpp>
#include <boost/iterator/counting_iterator.hpp>
#include <boost/property_map/property_map.hpp>
#include <cstddef>
#include <span>
#include <utility>

#include "cecropia/tree/forest.hpp"

namespace cecropia::tree {

/// `target[h]` is the halo that h points to (its descendant, or its host); no_halo: to none.
struct LinkGraph {
  std::span<const Halo> target;
};

}  // namespace cecropia::tree

template <>
struct boost::graph_traits<cecropia::tree::LinkGraph> {
  struct traversal_category : incidence_graph_tag, vertex_list_graph_tag {};
  using vertex_descriptor = cecropia::tree::Halo;
  using edge_descriptor = cecropia::tree::Halo;  // an edge is known by where it starts
  using directed_category = directed_tag;
  using edge_parallel_category = disallow_parallel_edge_tag;
  using vertex_iterator = counting_iterator<cecropia::tree::Halo>;
  using out_edge_iterator = counting_iterator<cecropia::tree::Halo>;
  using vertices_size_type = std::size_t;
  using degree_size_type = std::size_t;
  using edges_size_type = std::size_t;
  static vertex_descriptor null_vertex() { return cecropia::tree::no_halo; }
};

template <>
struct boost::property_map<cecropia::tree::LinkGraph, boost::vertex_index_t> {
  using type = boost::typed_identity_property_map<cecropia::tree::Halo>;
  using const_type = type;
};

namespace cecropia::tree {

// The free functions below are found by argument-dependent lookup; their names are Boost's.
inline std::pair<boost::counting_iterator<Halo>, boost::counting_iterator<Halo>> vertices(const LinkGraph& g) {
  return {boost::counting_iterator<Halo>(0), boost::counting_iterator<Halo>(static_cast<Halo>(g.target.size()))};
}
inline std::size_t num_vertices(const LinkGraph& g) { return g.target.size(); }
inline std::size_t out_degree(Halo h, const LinkGraph& g) { return g.target[h] == no_halo ? 0 : 1; }
inline std::pair<boost::counting_iterator<Halo>, boost::counting_iterator<Halo>> out_edges(Halo h, const LinkGraph& g) {
  return {boost::counting_iterator<Halo>(h), boost::counting_iterator<Halo>(h + static_cast<Halo>(out_degree(h, g)))};
}
inline Halo source(Halo edge, const LinkGraph&) { return edge; }
inline Halo target(Halo edge, const LinkGraph& g) { return g.target[edge]; }
inline boost::typed_identity_property_map<Halo> get(boost::vertex_index_t, const LinkGraph&) { return {}; }

}  // namespace cecropia::tree
