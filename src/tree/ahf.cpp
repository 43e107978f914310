#include "cecropia/tree/ahf.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "ahf_files.hpp"
#include "cecropia/core/error.hpp"
#include "cecropia/tree/by_snapshot.hpp"
#include "cecropia/tree/catalogue.hpp"
#include "cecropia/tree/id_index.hpp"
#include "cecropia/tree/text_parts.hpp"
#include "cecropia/tree/validate.hpp"

namespace cecropia::tree::ahf {
namespace {

/// Where ids begin anew in each snapshot: room for those of one. CHOICE: as VELOCIraptor, GADGET-4 and SubLink number.
constexpr std::int64_t ids_of_snapshot = 1000000000000;

std::vector<std::string> paths_of(const FileSet& set, std::string SnapshotFiles::*member) {
  std::vector<std::string> paths;
  for (const SnapshotFiles& s : set.snapshots) paths.push_back(s.*member);
  return paths;
}

class Catalogues : public SnapshotSource {
 public:
  Catalogues(const tree::Parameters& parameters, const cosmology::Parameters& cosmology)
      : set_(find_files(parameters)),
        mass_column_(parameters.mass_column),
        halos_(paths_of(set_, &SnapshotFiles::halos)) {
    state_facts(parameters, cosmology);
    read_halos();
    const std::size_t n = ids_.size();
    descendant_.assign(n, no_halo);
    main_.assign(n, no_halo);
    std::vector<double> merit(n, -1.0);
    if (set_.all_links.empty())
      for (std::size_t l = 1; l < set_.snapshots.size(); ++l) read_links(set_.snapshots[l], l, merit);
    else
      read_all_links(merit);
    std::sort(claimed_.begin(), claimed_.end());
    const auto n_claimed = std::unique(claimed_.begin(), claimed_.end()) - claimed_.begin();
    if (n_claimed > 0)
      facts_.warnings.push_back(fmt::format(
          "{} halos are progenitors of several halos: each went to the one with which it shares most particles.",
          n_claimed));
    claimed_ = {};
    row_of_ = {};
  }

  SetFacts facts() const override { return facts_; }
  std::size_t n_halos(std::size_t level) const override { return first_[level + 1] - first_[level]; }

  void read(std::size_t level, std::size_t first, std::size_t last, bool links_only,
            std::vector<SnapshotRow>& into) const override {
    if (links_only) {
      for (std::size_t place = first; place < last; ++place) into.push_back(links_of(first_[level] + place, level));
      return;
    }
    std::size_t place = 0;
    for_each_halo(level, [&](const HaloLine& line) {
      const std::size_t at = place++, row = first_[level] + at;
      if (at >= n_halos(level) || ids_[row] != line.id) changed(level);
      if (at < first || at >= last) return;
      SnapshotRow to = links_of(row, level);
      to.halo.m_vir_msun = line.mass_msun_h / h_;
      for (std::size_t k = 0; k < 3; ++k) {
        const auto x = place_in_box(line.position_kpc_h[k] / 1000.0 / h_, facts_.box_cmpc.value_or(0.0));
        if (!x)
          throw InputError({fmt::format("halo {} is at {} kpc/h, outside of the box", line.id, line.position_kpc_h[k]),
                            halos_.path(level), "positions in kpc/h in the box, or one box outside at most",
                            "check the box (simu.boxsize of the .log file, or trees.box_cmpc)"});
        to.halo.position_cmpc[k] = *x;
      }
      into.push_back(to);
    });
    if (place != n_halos(level)) changed(level);
  }

 private:
  void state_facts(const tree::Parameters& parameters, const cosmology::Parameters& cosmology) {
    h_ = cosmology.h;
    for (const SnapshotFiles& s : set_.snapshots) facts_.scale.push_back(s.scale);
    facts_.omega_m = set_.omega_m;
    facts_.omega_l = set_.omega_l;
    if (set_.box_mpc_h)
      facts_.box_cmpc = *set_.box_mpc_h / h_;
    else if (parameters.box_cmpc > 0.0)
      facts_.box_cmpc = parameters.box_cmpc;
    if (facts_.box_cmpc && !(*facts_.box_cmpc >= smallest_box_cmpc && *facts_.box_cmpc <= largest_box_cmpc))
      throw InputError({fmt::format("the side of the box is {} comoving Mpc", *facts_.box_cmpc), parameters.path,
                        "a length of a sensible size", "check simu.boxsize of the .log files, or trees.box_cmpc"});
    facts_.warnings = set_.warnings;
  }

  template <class Take>
  void for_each_halo(std::size_t level, Take&& take) const {
    HaloTable table(halos_.path(level), mass_column_);
    halos_.lines(level, 0, halos_.size(level), [&](std::string_view lines, std::int64_t offset) {
      table.take(lines, offset, take);
      return true;
    });
    table.finish();
  }

  IdIndex index_of(std::size_t level) const {
    IdIndex index;
    index.reset(first_[level + 1] - first_[level]);  // not n_halos: this is called while the catalogues are being read
    for (std::size_t row = first_[level]; row < first_[level + 1]; ++row)
      if (index.insert(ids_[row], static_cast<Halo>(row)) != no_halo)
        throw InputError({fmt::format("halo id {} occurs twice", ids_[row]),
                          fmt::format("{}, halo {}", halos_.path(level), ids_[row]),
                          "ids that are unique in a snapshot", "make the catalogue again"});
    return index;
  }

  SnapshotRow links_of(std::size_t row, std::size_t level) const {
    SnapshotRow to;
    to.halo.id = id_of(row, level);
    to.halo.level = static_cast<std::uint32_t>(level);
    const Halo descendant = descendant_[row], main = main_[row], host = host_[row];
    to.halo.descendant_id = descendant == no_halo ? -1 : id_of(descendant);
    to.main_progenitor_id = main == no_halo ? -1 : id_of(main);
    to.halo.host_id = host == no_halo ? -1 : id_of(host, level);
    return to;
  }

  void read_halos() {
    first_.assign(1, 0);
    std::vector<std::int64_t> host_id;
    for (std::size_t l = 0; l < set_.snapshots.size(); ++l) {
      host_id.clear();
      for_each_halo(l, [&](const HaloLine& line) {
        ids_.push_back(line.id);
        host_id.push_back(line.host);
      });
      first_.push_back(ids_.size());
      if (ids_.size() >= no_halo) refuse_too_many_halos();
      const IdIndex index = index_of(l);
      for (std::size_t i = 0; i < host_id.size(); ++i)
        host_.push_back(host_row(ids_[first_[l] + i], host_id[i], index, l));
    }
    // Numbers that begin anew in each snapshot find their halo only in the snapshot that is meant.
    IdIndex all;
    all.reset(ids_.size());
    unique_ = true;
    for (Halo row = 0; row < ids_.size() && unique_; ++row) unique_ = all.insert(ids_[row], row) == no_halo;
    keep_ids_ =
        unique_ && std::all_of(ids_.begin(), ids_.end(), [](std::int64_t id) { return id < end_of_ids_for_insertion; });
    if (unique_)
      row_of_.push_back(std::move(all));
    else
      for (std::size_t l = 0; l < set_.snapshots.size(); ++l) row_of_.push_back(index_of(l));
  }

  /// The row of an id at a level; for unique ids at any level.
  Halo find(std::int64_t id, std::size_t level) const { return row_of_[unique_ ? 0 : level].find(id); }

  std::size_t level_of(std::size_t row) const {
    return static_cast<std::size_t>(std::upper_bound(first_.begin(), first_.end(), row) - first_.begin()) - 1;
  }
  std::int64_t id_of(std::size_t row, std::size_t level) const {
    if (keep_ids_) return ids_[row];
    return static_cast<std::int64_t>(level) * ids_of_snapshot + static_cast<std::int64_t>(row - first_[level]) + 1;
  }
  std::int64_t id_of(std::size_t row) const { return id_of(row, level_of(row)); }

  /// -1 and, where no halo has the number 0, 0 mean that a halo has no host.
  Halo host_row(std::int64_t id, std::int64_t host, const IdIndex& index, std::size_t level) const {
    const Halo row = host < 0 ? no_halo : index.find(host);
    if (row != no_halo || host <= 0) return row;
    throw InputError({fmt::format("the host of halo {}, halo {}, does not exist", id, host),
                      fmt::format("{}, halo {}", halos_.path(level), id), "a halo of the same catalogue, or 0 or -1",
                      "give the whole catalogue: hosts must not be taken out of it"});
  }

  [[noreturn]] void changed(std::size_t level) const {
    throw InputError({fmt::format("'{}' changed while it was read", halos_.path(level)), halos_.path(level),
                      "files that stay as they are", "do not change catalogues while they are read"});
  }

  template <class Each>
  void for_each_family(const std::string& path, bool all_snapshots, Each&& each) const {
    const TextParts text({path});
    LinkTable table(path, all_snapshots);
    text.lines(0, 0, text.size(0), [&](std::string_view lines, std::int64_t offset) {
      table.take(lines, offset, each);
      return true;
    });
    table.finish(each);
  }

  void read_links(const SnapshotFiles& files, std::size_t level, std::vector<double>& merit) {
    std::int64_t families = 0;
    for_each_family(files.links, false, [&](const Family& family) {
      families += family.progenitors.empty() ? 0 : 1;
      link(family, found(family.id, level, files.links), files.links, merit);
    });
    if (files.index.empty()) return;
    // The file of main progenitors has a line for each halo that has progenitors: a check against cut files.
    std::int64_t lines = 0;
    const TextParts text({files.index});
    text.lines(0, 0, text.size(0), [&](std::string_view block, std::int64_t) {
      for (std::size_t at = 0; at < block.size(); at = std::min(block.find('\n', at), block.size() - 1) + 1)
        lines += block[at] != '#' && block[at] != '\n' ? 1 : 0;
      return true;
    });
    if (lines != families)
      throw InputError(
          {fmt::format("{} halos have progenitors in '{}', but {} in '{}'", families, files.links, lines, files.index),
           files.links, "files that were written together",
           "copy them again and compare their sizes with the originals"});
  }

  void read_all_links(std::vector<double>& merit) {
    if (!unique_)
      throw InputError({"ids begin anew in each snapshot, and the links name no snapshots", set_.all_links,
                        "ids that are unique over all catalogues", "use the links of each snapshot (.AHF_croco)"});
    for_each_family(set_.all_links, true, [&](const Family& family) {
      link(family, found(family.id, 0, set_.all_links), set_.all_links, merit);
    });
  }

  Halo found(std::int64_t id, std::size_t level, const std::string& where) const {
    const Halo row = find(id, level);
    if (row == no_halo)
      throw InputError({fmt::format("halo {} has links, but is in no catalogue", id),
                        fmt::format("{}, halo {}", where, id), "halos of the catalogues",
                        "check that all catalogues are there and complete, and that the times "
                        "are those of their snapshots"});
    return row;
  }

  void link(const Family& family, Halo row, const std::string& where, std::vector<double>& merit) {
    const std::size_t level = level_of(row);
    for (const Family::Progenitor& p : family.progenitors) {
      const Halo progenitor = found(p.id, unique_ ? 0 : level - 1, where);
      if (&p == family.progenitors.data()) main_[row] = progenitor;
      if (descendant_[progenitor] != no_halo && descendant_[progenitor] != row) {
        if (p.merit == 0.0 || merit[progenitor] == 0.0)
          throw InputError(
              {fmt::format("halo {} is a progenitor of both {} and {}", p.id, ids_[descendant_[progenitor]], family.id),
               fmt::format("{}, halo {}", where, p.id), "one descendant for each halo",
               "run MergerTree with MTREE_BOTH_WAYS, or give its .AHF_croco, which has shared particles"});
        claimed_.push_back(progenitor);
        // Equal merits: the halo that comes first in its catalogue, whatever the order of the links.
        if (p.merit < merit[progenitor] || (p.merit == merit[progenitor] && row > descendant_[progenitor])) continue;
      }
      descendant_[progenitor] = row;
      merit[progenitor] = p.merit;
    }
  }

  FileSet set_;
  std::string mass_column_;
  TextParts halos_;
  SetFacts facts_;
  double h_ = 1.0;
  bool unique_ = true, keep_ids_ = true;
  std::vector<std::size_t> first_;              // row of each level, and the end
  std::vector<std::int64_t> ids_;               // as the catalogues have them
  std::vector<Halo> descendant_, main_, host_;  // rows
  // While links are read:
  std::vector<IdIndex> row_of_;  // of all halos, or of each level
  std::vector<Halo> claimed_;    // rows, each time that a halo is claimed by another one
};

}  // namespace

std::unique_ptr<Reader> open(const tree::Parameters& parameters, const cosmology::Parameters& cosmology) {
  return by_snapshot(std::make_unique<Catalogues>(parameters, cosmology));
}

}  // namespace cecropia::tree::ahf
