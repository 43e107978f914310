#include "cecropia/tree/sublink.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/file_series.hpp"
#include "cecropia/tree/id_index.hpp"
#include "halo_table.hpp"

namespace cecropia::tree::sublink {
namespace {

/// Where the columns of a file are: the file itself, or one table in it.
struct Layout {
  std::string place;
  bool is_compound = false;
  std::vector<std::string> names;
  bool has(const std::string& name) const { return std::find(names.begin(), names.end(), name) != names.end(); }
};

Layout layout_of(const io::SerialFile& file) {
  if (file.has("/SubhaloID")) return {"", false, file.children("/")};
  if (file.has("/Tree")) return {"/Tree", true, file.columns("/Tree")};
  return {};
}

bool is_tree_file(const std::string& path) {
  if (!io::looks_like_hdf5(path)) return false;
  try {
    const Layout layout = layout_of(io::SerialFile::open(path));
    return layout.has("SubhaloID") && layout.has("DescendantID") && layout.has("TreeID");
  } catch (const InputError&) {
    return false;
  }
}

class SubLinkReader : public Reader {
 public:
  SubLinkReader(const Parameters& parameters, const cosmology::Parameters& cosmology) {
    frame_.h = cosmology.h;
    frame_.box_mpc_h = parameters.box_cmpc * cosmology.h;
    frame_.check_progenitors = parameters.check_progenitors;
    frame_.fix_of_mass = "choose another mass with trees.mass_column, or ask whoever made the trees";
    if (parameters.box_cmpc > 0.0) facts_.box_cmpc = parameters.box_cmpc;
    facts_.warnings.emplace_back(
        "SubLink files do not tell their cosmology: Omega_M and h of the parameters are taken.");
    facts_.scale = scale_factors_from(parameters, "SubLink");
    frame_.n_snapshots = facts_.scale.size();
    const std::vector<std::string> paths =
        uncounted_set(parameters.path, is_tree_file, parameters.volume_cmpc3 > 0.0,
                      "files tree_extended.0.hdf5, tree_extended.1.hdf5, ... of SubLink");
    OpenFile files;
    for (const std::string& path : paths) add(files.at(path), parameters);
    find_trees();
  }

  void read(std::size_t first, std::size_t last, Catalogue& into) const override {
    std::uint32_t place = 0;
    in_blocks(row_, first, last, [&](std::size_t from, std::size_t to) {
      SubhaloColumns c = columns(row_[from], row_[to]);
      const std::vector<std::int64_t> id = table_.integers("SubhaloID", row_[from], row_[to]);
      for (std::size_t t = from; t < to; ++t) {
        const auto begin = static_cast<std::size_t>(row_[t] - row_[from]);
        const auto end = static_cast<std::size_t>(row_[t + 1] - row_[from]);
        const auto where = [&](std::size_t i) { return table_.where(row_[from] + static_cast<std::int64_t>(i)); };
        SubhaloFrame frame = frame_;
        frame.place = [&](std::size_t i) { return where(begin + i); };
        links_to_places(c, id, begin, end, where);
        append(into, place++, decode(c, begin, end, {1e-3, 1.0}, 0, where), frame);
      }
    });
  }

 private:
  void add(const io::SerialFile& file, const Parameters& parameters) {
    const std::string path = file.path().string();
    const Layout layout = layout_of(file);
    if (table_.parts().empty()) choose(layout, path, parameters);
    for (const std::string& name : needed())
      if (!layout.has(name))
        throw InputError({fmt::format("'{}' has no column '{}'", path, name),
                          fmt::format("{}, {}", path, layout.place + "/"),
                          "the columns of SubLink (minimal or extended), the same in all files",
                          "give the complete files of the trees"});
    std::size_t n = 0;
    if (layout.is_compound) {
      n = rows_in(file, layout.place);
    } else {
      n = rows_in(file, "/SubhaloID");
      for (const std::string& name : needed()) require_rows(file, "/" + name, n, name == "SubhaloPos" ? 3 : 1);
    }
    table_.add({path, layout.place, layout.is_compound, static_cast<std::int64_t>(n)});
  }

  void choose(const Layout& layout, const std::string& path, const Parameters& parameters) {
    std::vector<std::string> own;
    for (const char* name : {"SubhaloMass", "Mass"})
      if (layout.has(name)) own.emplace_back(name);
    const std::string mass = choose_subhalo_mass(
        parameters.mass_column, [&](const std::string& name) { return layout.has(name); }, own, path);
    facts_.has_positions = layout.has("SubhaloPos") && !layout.is_compound;
    has_raw_ = layout.has("SubhaloIDRaw");
    own_mass_ = layout.has("SubhaloMass") ? "SubhaloMass" : "Mass";
    if (mass == "SubhaloMass" || mass == "Mass") {
      own_mass_ = mass;
      return;
    }
    group_mass_ = mass;
    facts_.warnings.push_back(warning_of_group_mass(mass, own_mass_));
  }

  std::vector<std::string> needed() const {
    std::vector<std::string> names{"SubhaloID",
                                   "DescendantID",
                                   "FirstProgenitorID",
                                   "NextProgenitorID",
                                   "FirstSubhaloInFOFGroupID",
                                   "SnapNum",
                                   "TreeID",
                                   has_raw_ ? "SubhaloIDRaw" : "SubfindID",
                                   own_mass_};
    if (!group_mass_.empty()) names.push_back(group_mass_);
    if (facts_.has_positions) names.emplace_back("SubhaloPos");
    return names;
  }

  /// There is no table of trees: where TreeID changes a new one begins. Read piece by piece; only the trees are kept.
  void find_trees() {
    constexpr std::int64_t rows_at_once = std::int64_t{1} << 20;
    bool rising = true;
    for (std::int64_t first = 0; first < table_.n_rows(); first += rows_at_once) {
      const auto tree = table_.integers("TreeID", first, std::min(table_.n_rows(), first + rows_at_once));
      for (std::size_t i = 0; i < tree.size(); ++i) {
        if (forests_.empty() || tree[i] != forests_.back().id) {
          rising = rising && (forests_.empty() ? tree[i] >= 0 : tree[i] > forests_.back().id);
          forests_.push_back({tree[i], 0, std::nullopt});
          row_.push_back(first + static_cast<std::int64_t>(i));
        }
        ++forests_.back().n_halos;
      }
    }
    row_.push_back(table_.n_rows());
    if (rising) return;
    std::vector<std::pair<std::int64_t, std::int64_t>> trees;  // id, first row
    for (std::size_t t = 0; t < forests_.size(); ++t) trees.emplace_back(forests_[t].id, row_[t]);
    std::sort(trees.begin(), trees.end());
    const auto twice =
        std::adjacent_find(trees.begin(), trees.end(), [](const auto& a, const auto& b) { return a.first == b.first; });
    if (twice != trees.end())
      throw InputError(
          {fmt::format("tree {} stands in two places", twice->first),
           fmt::format("column TreeID, {} and {}", table_.where(twice->second), table_.where(std::next(twice)->second)),
           "the halos of a tree one after the other", "check that no file is there twice"});
    for (std::size_t t = 0; t < forests_.size(); ++t) forests_[t].id = static_cast<std::int64_t>(t);
  }

  SubhaloColumns columns(std::int64_t first, std::int64_t last) const {
    const auto integers = [&](const char* name) { return table_.integers(name, first, last); };
    SubhaloColumns c;
    c.descendant = integers("DescendantID");
    c.first_progenitor = integers("FirstProgenitorID");
    c.next_progenitor = integers("NextProgenitorID");
    c.first_in_group = integers("FirstSubhaloInFOFGroupID");
    c.snapshot = integers("SnapNum");
    if (has_raw_) {
      c.number = integers("SubhaloIDRaw");
      for (std::size_t i = 0; i < c.number.size(); ++i)
        c.number[i] = c.number[i] / ids_per_snapshot == c.snapshot[i] ? c.number[i] % ids_per_snapshot : -1;
    } else {
      c.number = integers("SubfindID");
    }
    c.own_mass = table_.reals(own_mass_, first, last);
    if (!group_mass_.empty()) c.group_mass = table_.reals(group_mass_, first, last);
    if (facts_.has_positions) c.position = table_.vectors("SubhaloPos", first, last);
    return c;
  }

  SubhaloFrame frame_;
  bool has_raw_ = false;
  std::string group_mass_, own_mass_;
  HaloTable table_;
  std::vector<std::int64_t> row_;  // first row of each tree, and the end
};

}  // namespace

void links_to_places(SubhaloColumns& c, const std::vector<std::int64_t>& subhalo_id, std::size_t first,
                     std::size_t last, const std::function<std::string(std::size_t)>& row_in_file) {
  if (last - first >= no_halo)
    throw InputError({"a tree has more halos than can be numbered", row_in_file(first),
                      fmt::format("less than {} halos", no_halo), "cut the tree"});
  IdIndex index;
  index.reset(last - first);
  for (std::size_t i = first; i < last; ++i)
    if (index.insert(subhalo_id[i], static_cast<Halo>(i - first)) != no_halo)
      throw InputError({fmt::format("SubhaloID {} occurs twice in a tree", subhalo_id[i]), row_in_file(i),
                        "ids that are unique", "check that no file is there twice"});
  const auto place = [&](std::size_t i, std::int64_t& link, const char* role) {
    if (link == -1) return;
    const Halo found = index.find(link);
    if (found == no_halo)
      throw InputError({fmt::format("the {} of subhalo {}, {}, is not in its tree", role, subhalo_id[i], link),
                        row_in_file(i), "the SubhaloID of a halo of the same tree, or -1",
                        "give the complete files of the trees"});
    link = found;
  };
  for (std::size_t i = first; i < last; ++i) {
    place(i, c.descendant[i], "descendant");
    place(i, c.first_progenitor[i], "first progenitor");
    place(i, c.next_progenitor[i], "next progenitor");
    place(i, c.first_in_group[i], "first subhalo of the group");
  }
}

bool recognise(const std::string& path) { return file_or_series(path, is_tree_file); }

std::unique_ptr<Reader> open(const Parameters& parameters, const cosmology::Parameters& cosmology) {
  return std::make_unique<SubLinkReader>(parameters, cosmology);
}

}  // namespace cecropia::tree::sublink
