#include "cecropia/tree/describe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/graph/graphviz.hpp>
#include <boost/iterator/counting_iterator.hpp>
#include <cmath>
#include <limits>
#include <map>
#include <sstream>
#include <utility>
#include <vector>

#include "cecropia/core/error.hpp"

namespace cecropia::tree {
namespace {

/// Numbers of halos at one level, or of all.
struct Counts {
  std::int64_t halos = 0, satellites = 0, phantoms = 0, inserted = 0;
};

Counts count(const Forest& f, HaloRange range) {
  Counts c;
  for (Halo h = range.first; h < range.last; ++h) {
    ++c.halos;
    c.satellites += f.is_satellite(h) ? 1 : 0;
    c.phantoms += (f.flags[h] & Forest::is_phantom) != 0 ? 1 : 0;
    c.inserted += (f.flags[h] & Forest::is_interpolated) != 0 ? 1 : 0;
  }
  return c;
}

std::string of_all(std::int64_t part, std::int64_t all) {
  return fmt::format("{} ({:.2f} %)", part,
                     all > 0 ? 100.0 * static_cast<double>(part) / static_cast<double>(all) : 0.0);
}

}  // namespace

std::string describe(const Forest& f, const parallel::Communicator& ranks) {
  constexpr std::size_t columns = 4;
  std::vector<std::int64_t> table;
  for (std::size_t l = 0; l < f.n_levels(); ++l) {
    const Counts c = count(f, f.halos_at(l));
    table.insert(table.end(), {c.halos, c.satellites, c.phantoms, c.inserted});
  }
  ranks.sum_in_place(table);
  std::array<std::int64_t, columns> total{};
  for (std::size_t i = 0; i < table.size(); ++i) total[i % columns] += table[i];

  std::vector<std::int64_t> size(f.forest_id.size(), 0);
  for (const std::uint32_t i : f.forest) ++size[i];
  const auto largest = std::max_element(size.begin(), size.end());
  const std::int64_t most = ranks.max(largest == size.end() ? 0 : *largest);
  // Forests rise over the ranks: the smallest id among the largest forests is the same for any number of ranks.
  std::int64_t id_of_most = std::numeric_limits<std::int64_t>::max();
  for (std::size_t i = 0; i < size.size(); ++i)
    if (size[i] == most) id_of_most = std::min(id_of_most, f.forest_id[i]);
  id_of_most = -ranks.max(-id_of_most);
  double heaviest = 0.0;
  for (const double m : f.m_vir_msun) heaviest = std::max(heaviest, m);
  heaviest = ranks.max(heaviest);

  const ForestInfo& i = f.info;
  std::string text = fmt::format("trees        {} ({})\n", i.source, i.format);
  text += fmt::format("forests      {}, trees {}, halos {}\n", i.n_forests, i.n_trees, i.n_halos);
  if (f.n_levels() > 0)
    text += fmt::format("levels       {}, z = {:.3f} to {:.3f}, age {:.1f} to {:.1f} Myr\n", f.n_levels(),
                        f.redshift.front(), f.redshift.back(), f.age_myr.front(), f.age_myr.back());
  text += i.box_cmpc > 0 ? fmt::format("box          {:.4f} cMpc, volume {:.4f} cMpc^3\n", i.box_cmpc, i.volume_cmpc3)
                         : fmt::format("box          none, volume {:.4f} cMpc^3\n", i.volume_cmpc3);
  text += fmt::format("masses       {:.4e} to {:.4e} Msun\n", i.m_resolution_msun, heaviest);
  text += fmt::format("satellites   {}\n", of_all(total[1], total[0]));
  text += fmt::format("phantoms     {}\n", of_all(total[2], total[0]));
  text += fmt::format("inserted     {}\n", of_all(total[3], total[0]));
  if (most > 0) text += fmt::format("largest      forest {} with {} halos\n", id_of_most, most);
  text += fmt::format("content      {:016x}\n", i.content_hash);
  text += "level        z     age_Myr      halos satellites   phantoms   inserted";
  for (std::size_t l = 0; l < f.n_levels(); ++l)
    text += fmt::format("\n{:5} {:8.4f} {:11.3f} {:10} {:10} {:10} {:10}", l, f.redshift[l], f.age_myr[l],
                        table[columns * l], table[columns * l + 1], table[columns * l + 2], table[columns * l + 3]);
  for (const std::string& w : i.warnings) text += "\nwarning      " + w;
  return text;
}

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
  std::size_t level = 0;
  while (f.level_begin[level + 1] <= root) ++level;
  add(root, level);
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

std::string draw(const Forest& f, std::int64_t halo_id, const parallel::Communicator& ranks) {
  const auto at = std::find(f.id.begin(), f.id.end(), halo_id);
  const std::int64_t owner = ranks.max(std::int64_t{at != f.id.end() ? ranks.rank() : -1});
  if (owner < 0)
    throw InputError(
        {fmt::format("there is no halo {} in these trees", halo_id), f.info.source, "the id of a halo",
         "leave --halo out to draw the most massive root, or take an id from the column id of a tree file or from "
         "halo_id in the run.h5 of a run on these trees"});
  std::string text;
  if (ranks.rank() == owner) text = as_graphviz(f, picture_of(f, static_cast<Halo>(at - f.id.begin())));
  return ranks.broadcast(std::move(text), static_cast<int>(owner));
}

}  // namespace cecropia::tree
