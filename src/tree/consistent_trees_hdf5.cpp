#include "cecropia/tree/consistent_trees_hdf5.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <map>
#include <numeric>
#include <optional>
#include <unordered_set>

#include "cecropia/core/error.hpp"
#include "cecropia/io/folder.hpp"
#include "cecropia/tree/file_series.hpp"
#include "cecropia/tree/flat_columns.hpp"
#include "cecropia/tree/subhalos.hpp"
#include "halo_table.hpp"

namespace cecropia::tree::consistent_trees_hdf5 {
namespace fs = std::filesystem;
namespace {

constexpr const char* marks = "._";  // before the number of a file

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

bool holds(const std::string& path, const std::function<bool(const io::SerialFile&)>& what) {
  if (!io::looks_like_hdf5(path)) return false;
  try {
    return what(io::SerialFile::open(path));
  } catch (const InputError&) {
    return false;
  }
}

bool is_data_file(const std::string& path) {
  return holds(path, [](const io::SerialFile& f) { return f.has("/ForestInfo") && f.has("/Forests"); });
}

bool is_container(const std::string& path) {
  return holds(path, [](const io::SerialFile& f) {
    return f.has_attribute("/", "Nfiles") && f.has_attribute("/", "TotNforests");
  });
}

/// A group with the content of one data file: in a file of its own, or in that with all of them.
struct DataGroup {
  std::string path, group;  ///< group "" is the file itself
};

/// The containers in a folder, or `path` itself if it is one.
std::vector<std::string> containers_at(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error))
    return is_container(path) ? std::vector<std::string>{path} : std::vector<std::string>{};
  std::vector<std::string> found;
  for (const fs::directory_entry& entry : io::entries_of(path))
    if (entry.is_regular_file(error) && is_container(entry.path().string())) found.push_back(entry.path().string());
  return found;
}

/// The file that `target`, as a link in `container` says, is: beside it, or where it was when the link was made.
std::string linked_file(const std::string& container, const std::string& target) {
  const fs::path beside = fs::path(container).parent_path();
  std::error_code error;
  for (const fs::path& p : {beside / target, fs::path(target), beside / fs::path(target).filename()})
    if (fs::exists(p, error)) return p.string();
  throw InputError({fmt::format("the file '{}' of the set is missing", target), container,
                    "all files of a set beside each other", "copy the missing file"});
}

std::vector<DataGroup> groups_of(const std::string& container) {
  const io::SerialFile file = io::SerialFile::open(container);
  const std::int64_t n = count_attribute(file, "/", "Nfiles", 1'000'000);
  std::vector<DataGroup> groups;
  for (std::int64_t i = 0; i < n; ++i) {
    const std::string link = fmt::format("/File{}", i);
    const std::string target = file.external_file(link);
    if (!target.empty()) {
      groups.push_back({linked_file(container, target), ""});
    } else if (file.has(link)) {
      groups.push_back({container, link});
    } else {
      throw InputError({fmt::format("'{}' has no {} of {} files", container, link.substr(1), n),
                        fmt::format("{}, {}", container, link), fmt::format("links File0 to File{}", n - 1),
                        "the file is incomplete: copy it again"});
    }
  }
  return groups;
}

class ConsistentTreesHdf5Reader : public Reader {
 public:
  ConsistentTreesHdf5Reader(const Parameters& parameters, const cosmology::Parameters& cosmology)
      : parameters_(parameters) {
    frame_.check_progenitors = parameters.check_progenitors;
    frame_.h = cosmology.h;
    const std::vector<std::string> containers = containers_at(parameters.path);
    if (containers.size() > 1)
      throw InputError({fmt::format("the folder '{}' holds several sets of trees", parameters.path), parameters.path,
                        fmt::format("one of: {}", fmt::join(containers, ", ")),
                        "name that file instead of the folder"});
    std::vector<DataGroup> groups;
    if (!containers.empty()) {
      groups = groups_of(containers[0]);
    } else {
      for (const std::string& path :
           uncounted_set(parameters.path, is_data_file, parameters.volume_cmpc3 > 0.0,
                         "files forest_0.h5, forest_1.h5, ... and forest.h5, which links to them", marks))
        groups.push_back({path, ""});
    }
    OpenFile files;
    for (const DataGroup& group : groups) add(files.at(group.path), group);
    if (!containers.empty()) compare_totals(io::SerialFile::open(containers[0]));
    sort_forests();
    find_levels();
  }

  void read(std::size_t first, std::size_t last, Catalogue& into) const override {
    constexpr std::int64_t rows_at_once = std::int64_t{1} << 18;
    std::uint32_t place = 0;
    while (first < last) {
      // forests that stand one after the other in a file are read at once, up to some size
      std::size_t end = first + 1;
      while (end < last && row_[end] == row_[end - 1] + forests_[end - 1].n_halos &&
             row_[end] + forests_[end].n_halos - row_[first] <= rows_at_once)
        ++end;
      const std::int64_t from = row_[first], to = row_[end - 1] + forests_[end - 1].n_halos;
      const Columns c = columns(from, to);
      const auto where = [&](std::size_t i) { return table_.where(from + static_cast<std::int64_t>(i)); };
      for (; first < end; ++first) {
        const auto begin = static_cast<std::size_t>(row_[first] - from);
        append(into, place++, c, begin, begin + static_cast<std::size_t>(forests_[first].n_halos), frame_, where);
      }
    }
  }

 private:
  void add(const io::SerialFile& file, const DataGroup& group) {
    const std::string info = group.group + "/ForestInfo", halos = group.group + "/Forests/halos";
    const bool is_table = file.has(halos);
    const std::string place = is_table ? halos : group.group + "/Forests";
    describe(file, group.group);
    if (names_.empty())
      choose(is_table ? file.columns(halos) : file.children(place), file.path().string() + ", " + place);
    const auto n = static_cast<std::int64_t>(rows_in(file, is_table ? halos : place + "/" + names_.at("id")));
    if (!is_table)
      for (const auto& [role, name] : names_) require_rows(file, place + "/" + name, static_cast<std::size_t>(n));
    const std::int64_t before = table_.n_rows();
    table_.add({file.path().string(), place, is_table, n});
    add_forests(file, info, n, before);
  }

  void add_forests(const io::SerialFile& file, const std::string& info, std::int64_t n_halos, std::int64_t before) {
    const std::size_t n = rows_in(file, info);
    const auto read = [&](const char* column) { return file.read_column_rows<std::int64_t>(info, column, 0, n).data; };
    const auto id = read("ForestID"), offset = read("ForestHalosOffset"), size = read("ForestNhalos");
    std::int64_t expected = 0;
    for (std::size_t f = 0; f < n; ++f) {
      const auto refuse = [&](const std::string& what, const std::string& should) {
        throw InputError({what, fmt::format("{}, {}, row {}", file.path().string(), info, f), should,
                          "the file is damaged or incomplete: copy it again"});
      };
      if (offset[f] != expected)
        refuse(fmt::format("forest {} begins at halo {} instead of {}", id[f], offset[f], expected),
               "forests one after the other");
      if (size[f] <= 0 || size[f] > n_halos - expected)
        refuse(fmt::format("forest {} has {} halos", id[f], size[f]),
               fmt::format("forests that together have the {} halos of the file", n_halos));
      if (id[f] < 0) refuse(fmt::format("the id of a forest is {}", id[f]), "an id of 0 or more");
      forests_.push_back({id[f], size[f], std::nullopt});
      row_.push_back(before + expected);
      expected += size[f];
    }
    if (expected != n_halos)
      throw InputError({fmt::format("the forests have {} halos, but {} are there", expected, n_halos),
                        fmt::format("{}, {}", file.path().string(), info), "as many halos as the forests have",
                        "the file is incomplete: copy it again"});
  }

  /// Cosmology and box, the same in all files.
  void describe(const io::SerialFile& file, const std::string& group) {
    const std::string where = group + "/simulation_params";
    const auto number = [&](const char* key) -> std::optional<double> {
      if (!file.has_attribute(where, key)) return std::nullopt;
      return file.read_double_attribute(where, key);
    };
    const std::optional<double> omega_m = number("Omega_M"), omega_l = number("Omega_L"), h = number("hubble"),
                                box = number("Boxsize");
    const auto refuse = [&](const std::string& what, const std::string& expected) {
      throw InputError({what, fmt::format("{}, {}", file.path().string(), where), expected, "repair the attributes"});
    };
    if ((h && !(*h > 0.0 && *h < 10.0)) || (box && !(*box > 0.0 && std::isfinite(*box))))
      refuse(fmt::format("hubble is {} and Boxsize {}", h.value_or(0.0), box.value_or(0.0)), "positive numbers");
    if (table_.parts().empty()) {
      facts_.omega_m = omega_m;
      facts_.omega_l = omega_l;
      facts_.h = h;
      if (h) frame_.h = *h;
      flat::warn_of_untold_cosmology(facts_, fmt::format("'{}' does", file.path().string()));
      frame_.box_mpc_h = box.value_or(parameters_.box_cmpc * frame_.h);
      if (frame_.box_mpc_h > 0.0) facts_.box_cmpc = frame_.box_mpc_h / frame_.h;
    } else if (omega_m != facts_.omega_m || h != facts_.h || (box && *box != frame_.box_mpc_h)) {
      refuse("the files of the set differ in cosmology or box", "files of one simulation");
    }
  }

  /// Which columns are needed, and what they are called in these files.
  void choose(const std::vector<std::string>& offered, const std::string& where) {
    const auto find = [&](const std::string& role, const std::string& wanted, bool needed) {
      for (const std::string& name : offered)
        if (lower(name) == lower(wanted)) {
          names_[role] = name;
          return true;
        }
      if (needed)
        throw InputError({fmt::format("column '{}' is missing", wanted), where,
                          fmt::format("one of: {}", fmt::join(offered, ", ")),
                          role == "mass" ? "choose the mass with trees.mass_column" : "convert the complete trees"});
      return false;
    };
    for (const char* name : {"id", "desc_id", "scale", "x", "y", "z"}) find(name, name, true);
    find("mass", parameters_.mass_column == "auto" ? "Mvir" : parameters_.mass_column, true);
    const bool pid = find("pid", "pid", false);
    find("upid", "upid", !pid);
    find("phantom", "phantom", false);
    if (!find("mmp", "mmp", false)) find("mmp", "mmp?", false);
    if (frame_.check_progenitors) find("num_prog", "num_prog", false);
  }

  void compare_totals(const io::SerialFile& container) const {
    const auto compare = [&](const char* key, std::int64_t found) {
      if (!container.has_attribute("/", key)) return;
      const std::int64_t said = count_attribute(container, "/", key);
      if (said != found)
        throw InputError({fmt::format("{} is {}, but the files have {}", key, said, found),
                          fmt::format("{}, attribute {}", container.path().string(), key), "numbers that add up",
                          "check that all files belong to one set and are complete"});
    };
    compare("TotNforests", std::ssize(forests_));
    compare("TotNhalos", table_.n_rows());
  }

  void sort_forests() {
    std::vector<std::size_t> order(forests_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return forests_[a].id < forests_[b].id; });
    std::vector<ForestSize> forests;
    std::vector<std::int64_t> row;
    for (const std::size_t f : order) {
      if (!forests.empty() && forests.back().id == forests_[f].id)
        throw InputError({fmt::format("forest {} is there twice", forests_[f].id),
                          fmt::format("{} and {}", table_.where(row.back()), table_.where(row_[f])),
                          "every forest once", "check that no file is given twice"});
      forests.push_back(forests_[f]);
      row.push_back(row_[f]);
    }
    forests_.swap(forests);
    row_.swap(row);
  }

  void find_levels() {
    if (!parameters_.scale_factors.empty()) {
      facts_.scale = read_scale_factors(parameters_.scale_factors);
    } else {
      constexpr std::int64_t rows_at_once = std::int64_t{1} << 20;
      std::unordered_set<double> seen;
      double last = -1.0;
      for (std::int64_t first = 0; first < table_.n_rows(); first += rows_at_once) {
        std::int64_t row = first - 1;
        for (const double a :
             table_.reals(names_.at("scale"), first, std::min(table_.n_rows(), first + rows_at_once))) {
          ++row;
          if (a == last) continue;
          if (!is_scale_factor(a) || seen.size() > 100'000)
            throw InputError(
                {fmt::format("a scale factor is {}", a), fmt::format("{}, column scale", table_.where(row)),
                 "scale factors of snapshots, above 0 and not above 1.1", "the file is damaged: copy it again"});
          seen.insert(last = a);
        }
      }
      facts_.scale = levels_of({seen.begin(), seen.end()});
    }
    frame_.scale = facts_.scale;
  }

  Columns columns(std::int64_t first, std::int64_t last) const {
    const auto integers = [&](const char* role) {
      const auto name = names_.find(role);
      return name == names_.end() ? std::vector<std::int64_t>{} : table_.integers(name->second, first, last);
    };
    const auto reals = [&](const char* role) {
      const auto name = names_.find(role);
      return name == names_.end() ? std::vector<double>{} : table_.reals(name->second, first, last);
    };
    return {integers("id"),       integers("desc_id"), integers("upid"), integers("pid"),
            integers("num_prog"), reals("scale"),      reals("mass"),    reals("x"),
            reals("y"),           reals("z"),          reals("phantom"), reals("mmp")};
  }

  Parameters parameters_;
  Frame frame_;
  std::map<std::string, std::string> names_;  // of columns, by what they are used as
  HaloTable table_;
  std::vector<std::int64_t> row_;  // first row of each forest
};

}  // namespace

bool recognise(const std::string& path) {
  return !containers_at(path).empty() || file_or_series(path, is_data_file, marks);
}

std::unique_ptr<Reader> open(const Parameters& parameters, const cosmology::Parameters& cosmology) {
  return std::make_unique<ConsistentTreesHdf5Reader>(parameters, cosmology);
}

}  // namespace cecropia::tree::consistent_trees_hdf5
