#include "cecropia/tree/describe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "forest_sizes.hpp"

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

std::string largest_of(const ForestSizes& sizes) {
  if (sizes.largest() == 0) return "";
  return fmt::format("largest      forest {} with {} halos\n", sizes.id_of_largest(), sizes.largest());
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

  ForestSizes sizes;
  sizes.add_all(f.forest_id, f.forest);
  sizes.join(ranks);
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
  text += largest_of(sizes);
  text += fmt::format("content      {:016x}\n", i.content_hash);
  text += "level        z     age_Myr      halos satellites   phantoms   inserted";
  for (std::size_t l = 0; l < f.n_levels(); ++l)
    text += fmt::format("\n{:5} {:8.4f} {:11.3f} {:10} {:10} {:10} {:10}", l, f.redshift[l], f.age_myr[l],
                        table[columns * l], table[columns * l + 1], table[columns * l + 2], table[columns * l + 3]);
  for (const std::string& w : i.warnings) text += "\nwarning      " + w;
  return text;
}

std::string describe(const Reader& reader, const std::string& source, const std::string& format) {
  const SetFacts& facts = reader.facts();
  std::int64_t halos = 0;
  ForestSizes sizes;
  for (const ForestSize& f : reader.forests()) {
    halos += f.n_halos;
    sizes.add(f.id, f.n_halos);
  }
  std::string text = fmt::format("trees        {} ({}); the halos were not read\n", source, format);
  text += fmt::format("forests      {}, halos {}\n", reader.forests().size(), halos);
  for (const SizeClass& size : sizes.classes())
    text += fmt::format("             {} of {} to {} halos: {} halos\n", size.forests, size.at_least, size.below - 1,
                        size.halos);
  text += largest_of(sizes);
  if (!facts.scale.empty())
    text += fmt::format("levels       {}, z = {:.3f} to {:.3f}\n", facts.scale.size(), 1.0 / facts.scale.front() - 1.0,
                        1.0 / facts.scale.back() - 1.0);
  const auto said = [](const std::optional<double>& value, const char* unit) {
    return value ? fmt::format("{:.6g}{}", *value, unit) : std::string("not said");
  };
  text += fmt::format("box          {}\n", said(facts.box_cmpc, " cMpc"));
  text += fmt::format("particles    {}\n", said(facts.particle_mass_msun, " Msun"));
  text += fmt::format("cosmology    Omega_M {}, Omega_L {}, h {}", said(facts.omega_m, ""), said(facts.omega_l, ""),
                      said(facts.h, ""));
  for (const std::string& w : facts.warnings) text += "\nwarning      " + w;
  return text;
}

}  // namespace cecropia::tree
