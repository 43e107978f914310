#include "ahf_files.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <utility>

#include "cecropia/core/error.hpp"
#include "cecropia/io/folder.hpp"
#include "cecropia/tree/ahf.hpp"
#include "cecropia/tree/number.hpp"
#include "cecropia/tree/text_file.hpp"
#include "words.hpp"

namespace cecropia::tree::ahf {
namespace {

namespace fs = std::filesystem;

/// Names of files give redshifts with three digits: two that differ by more contradict each other.
constexpr double redshift_tolerance = 1.01e-3;

std::string without(const std::string& text, std::string_view tail) {
  return text.ends_with(tail) ? text.substr(0, text.size() - tail.size()) : text;
}

/// The file, packed or not; empty if there is neither.
std::string existing(const std::string& path) {
  std::error_code error;
  for (const char* tail : {"", ".gz"})
    if (fs::is_regular_file(path + tail, error)) return path + tail;
  return {};
}

/// ".z9.876" at the end of a name: where it begins and what it says.
std::optional<std::pair<std::size_t, double>> redshift_in(const std::string& stem) {
  const std::size_t at = stem.rfind(".z");
  double z = 0.0;
  if (at == std::string::npos || !parse_number(std::string_view(stem).substr(at + 2), z) || !(z > -1.0) || z > 1e4)
    return std::nullopt;
  return std::pair{at, z};
}

/// "name_9" before "name_10": numbers in names count as numbers.
bool in_natural_order(const std::string& a, const std::string& b) {
  const auto digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
  std::size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    if (digit(a[i]) && digit(b[j])) {
      const std::size_t i0 = i, j0 = j;
      while (i < a.size() && digit(a[i])) ++i;
      while (j < b.size() && digit(b[j])) ++j;
      std::string x = a.substr(i0, i - i0), y = b.substr(j0, j - j0);
      x.erase(0, std::min(x.find_first_not_of('0'), x.size() - 1));
      y.erase(0, std::min(y.find_first_not_of('0'), y.size() - 1));
      if (x != y) return x.size() != y.size() ? x.size() < y.size() : x < y;
    } else if (a[i] != b[j]) {
      return a[i] < b[j];
    } else {
      ++i, ++j;
    }
  }
  if (i == a.size() && j == b.size()) return a < b;  // "name_7" and "name_07"
  return a.size() - i < b.size() - j;
}

/// The numbers behind `keys` in a side file of lines "key : value" or "key value"; nothing where the file or the line
/// is not there.
template <std::size_t n>
std::array<std::optional<double>, n> side_values(const std::string& path, const std::array<const char*, n>& keys) {
  std::array<std::optional<double>, n> found;
  const auto blank = [](char c) { return is_blank(c) || c == ':' || c == '='; };
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    for (std::size_t k = 0; k < n; ++k) {
      const std::string_view key = keys[k];
      if (found[k] || !line.starts_with(key) || line.size() == key.size() || !blank(line[key.size()])) continue;
      std::string_view rest = std::string_view(line).substr(key.size());
      while (!rest.empty() && blank(rest.front())) rest.remove_prefix(1);
      const std::string_view word(rest.begin(), std::find_if(rest.begin(), rest.end(), blank));
      double value = 0.0;
      if (!parse_number(word, value) || !std::isfinite(value))
        throw InputError({fmt::format("'{}' of '{}' is not a number", key, path), path,
                          fmt::format("{} : <number>", key),
                          "repair the line, or remove the file and give the value with a parameter"});
      found[k] = value;
    }
  }
  std::error_code ignored;
  if (in.bad() || (!in.is_open() && std::filesystem::exists(path, ignored)))
    throw InputError({fmt::format("'{}' cannot be read", path), path, "a readable file, or none of this name",
                      "check its permissions and the disk it lies on"});
  return found;
}

/// The first lines of a file; none if it is no file or cannot be read.
std::vector<std::string> lines_of_anything(const std::string& path, std::size_t n) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return {};
  try {
    return first_lines(path, n);
  } catch (const InputError&) {
    return {};
  }
}

/// How many whole numbers a line consists of; -1 if there is anything else.
int whole_numbers(const std::string& line) {
  const char* p = line.data();
  const char* const end = p + line.size();
  int n = 0;
  for (std::string_view word = next_word(p, end); !word.empty(); word = next_word(p, end), ++n)
    if (std::int64_t value = 0; !parse_integer(word, value)) return -1;
  return n;
}

/// The links of all snapshots: version, description, number of halos, then a halo and the number of its progenitors.
bool is_links_of_all(const std::string& path) {
  const std::vector<std::string> lines = lines_of_anything(path, 4);
  return lines.size() == 4 && whole_numbers(lines[2]) == 1 && whole_numbers(lines[3]) == 2 &&
         (whole_numbers(lines[0]) != 1 || whole_numbers(lines[1]) != 2);
}

struct Candidate {
  SnapshotFiles files;
  std::string stem;  ///< of .parameter and .log
  std::optional<double> z_of_name, z_of_parameters;
};

Candidate candidate_of(const std::string& halos) {
  Candidate c;
  c.files.halos = halos;
  const std::string stem = without(without(halos, ".gz"), ".AHF_halos");
  for (const char* tail : {".AHF_croco", ".AHF_mtree"})
    if (c.files.links.empty()) c.files.links = existing(stem + tail);
  c.files.index = existing(stem + ".AHF_mtree_idx");
  c.stem = stem;
  if (const auto z = redshift_in(stem)) {
    c.z_of_name = z->second;
    c.stem = stem.substr(0, z->first);
  }
  c.z_of_parameters = side_values<1>(c.stem + ".parameter", {"z"})[0];
  return c;
}

/// Fills the times and puts the earliest first.
void find_times(std::vector<Candidate>& set, const tree::Parameters& parameters, std::vector<std::string>& warnings) {
  const auto all = [&](auto member) {
    return std::all_of(set.begin(), set.end(), [&](const Candidate& c) { return (c.*member).has_value(); });
  };
  if (!parameters.scale_factors.empty()) {
    const std::vector<double> scale = read_scale_factors(parameters.scale_factors);
    if (scale.size() != set.size())
      throw InputError({fmt::format("there are {} halo catalogues and {} scale factors", set.size(), scale.size()),
                        parameters.scale_factors, "one scale factor for each catalogue, the earliest first",
                        "list the snapshots that have a catalogue, and no others"});
    if (all(&Candidate::z_of_name))
      std::sort(set.begin(), set.end(), [](const auto& a, const auto& b) { return *a.z_of_name > *b.z_of_name; });
    else
      std::sort(set.begin(), set.end(),
                [](const auto& a, const auto& b) { return in_natural_order(a.files.halos, b.files.halos); });
    for (std::size_t i = 0; i < set.size(); ++i) {
      set[i].files.scale = scale[i];
      const double z = 1.0 / scale[i] - 1.0;
      for (const auto& other : {set[i].z_of_name, set[i].z_of_parameters})
        if (other && std::abs(*other - z) > redshift_tolerance * (1.0 + std::abs(z)))
          throw InputError({fmt::format("'{}' is at z = {}, but its scale factor {} is z = {:.4f}", set[i].files.halos,
                                        *other, scale[i], z),
                            parameters.scale_factors, "the scale factors of these catalogues",
                            "give the list of this simulation's snapshots"});
    }
    return;
  }
  const bool from_parameters = all(&Candidate::z_of_parameters);
  if (!from_parameters && !all(&Candidate::z_of_name))
    throw InputError({"the times of the halo catalogues are not known", set.front().files.halos,
                      "files .parameter with a line 'z', or names that end in .z<redshift>.AHF_halos",
                      "list the scale factors, one per line, and name the file with trees.scale_factors"});
  for (Candidate& c : set) {
    if (c.z_of_parameters && c.z_of_name && std::abs(*c.z_of_parameters - *c.z_of_name) > redshift_tolerance)
      throw InputError({fmt::format("the redshift of '{}' is {} by its name and {} by its .parameter file",
                                    c.files.halos, *c.z_of_name, *c.z_of_parameters),
                        c.files.halos, "one redshift", "list the scale factors with trees.scale_factors"});
    const double z = from_parameters ? *c.z_of_parameters : *c.z_of_name;
    c.files.scale = 1.0 / (1.0 + z);
    if (!is_scale_factor(c.files.scale))
      throw InputError({fmt::format("the redshift of '{}' is {}", c.files.halos, z), c.files.halos,
                        "a redshift whose scale factor is above 0 and not above 1.1",
                        "list the scale factors with trees.scale_factors"});
  }
  std::sort(set.begin(), set.end(), [](const auto& a, const auto& b) { return a.files.scale < b.files.scale; });
  for (std::size_t i = 1; i < set.size(); ++i)
    if (!(set[i].files.scale > set[i - 1].files.scale))
      throw InputError({"two halo catalogues are at the same time",
                        fmt::format("{} and {}", set[i - 1].files.halos, set[i].files.halos),
                        "one catalogue for each snapshot",
                        "join the parts that ranks wrote; keep different simulations in different folders"});
  if (!from_parameters)
    warnings.push_back(
        fmt::format("The times of the snapshots are taken from the names of the files, '{}' for one, which "
                    "give three digits of the redshift: trees.scale_factors is more exact.",
                    fs::path(set.front().files.halos).filename().string()));
}

/// Omega_M, Omega_L and the box out of the .log files, which must agree.
void read_logs(const std::vector<Candidate>& set, FileSet& into) {
  const std::array<const char*, 3> keys{"simu.omega0", "simu.lambda0", "simu.boxsize"};
  std::array<std::optional<double>, 3> value;
  for (const Candidate& c : set) {
    const std::string path = c.stem + ".log";
    const auto found = side_values(path, keys);
    for (std::size_t k = 0; k < keys.size(); ++k) {
      if (found[k] && value[k] && *found[k] != *value[k])
        throw InputError({fmt::format("'{}' is {} and {} in the .log files", keys[k], *value[k], *found[k]), path,
                          "one simulation", "keep different simulations in different folders"});
      if (found[k]) value[k] = found[k];
    }
  }
  into.omega_m = value[0];
  into.omega_l = value[1];
  into.box_mpc_h = value[2];
}

}  // namespace

bool is_catalogue(const std::string& path) {
  const std::vector<std::string> lines = lines_of_anything(path, 1);
  std::error_code error;
  if (lines.empty()) return path.ends_with(".AHF_halos") && fs::file_size(path, error) == 0;  // reading it says so
  return lines[0].starts_with('#') && lines[0].find("ID(1)") != std::string::npos &&
         lines[0].find("hostHalo(2)") != std::string::npos;
}

FileSet find_files(const tree::Parameters& parameters) {
  FileSet set;
  std::error_code error;
  const bool is_folder = fs::is_directory(parameters.path, error);
  const fs::path folder = is_folder ? fs::path(parameters.path) : fs::path(parameters.path).parent_path();
  std::vector<std::string> links_of_all;
  std::vector<Candidate> found;
  for (const fs::path& entry : io::entries_of(folder.empty() ? fs::path(".") : folder)) {
    const std::string path = entry.string();
    if (is_links_of_all(path)) links_of_all.push_back(path);
    if (is_catalogue(path)) found.push_back(candidate_of(path));
  }
  const auto refuse = [&](const std::string& what, const std::string& expected, const std::string& fix) {
    throw InputError({what, parameters.path, expected, fix});
  };
  if (found.empty())
    refuse(fmt::format("there are no halo catalogues of AHF in '{}'", folder.empty() ? "." : folder.string()),
           "files *.AHF_halos with a first line '#ID(1) hostHalo(2) ...'", "check the path");
  find_times(found, parameters, set.warnings);
  read_logs(found, set);
  const bool each_has_links =
      std::any_of(found.begin(), found.end(), [](const auto& c) { return !c.files.links.empty(); });
  if (!is_folder && !is_catalogue(parameters.path))
    set.all_links = parameters.path;
  else if (!each_has_links && links_of_all.size() == 1)
    set.all_links = links_of_all.front();
  else if (!links_of_all.empty())
    refuse(fmt::format("the folder holds several kinds of links: {}", fmt::join(links_of_all, ", ")),
           "one kind of links", "name the file of links with trees.path, or move the others away");
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (set.all_links.empty() && found[i].files.links.empty() && i > 0)
      refuse(fmt::format("the links of '{}' are missing", found[i].files.halos),
             "a file .AHF_croco or .AHF_mtree beside every catalogue but the earliest (_mtree_idx alone has no "
             "mergers), or "
             "one *-CRMratio2",
             "run MergerTree on all snapshots and keep its files beside the catalogues");
    set.snapshots.push_back(found[i].files);
  }
  return set;
}

bool recognise(const std::string& path) {
  std::error_code error;
  const auto folder_has_one = [&](const fs::path& folder) {
    const auto entries = io::entries_of(folder);
    return std::any_of(entries.begin(), entries.end(), [](const fs::path& p) { return is_catalogue(p.string()); });
  };
  if (fs::is_directory(path, error)) return folder_has_one(path);
  if (is_catalogue(path)) return true;
  const fs::path folder = fs::path(path).parent_path();
  return is_links_of_all(path) && folder_has_one(folder.empty() ? fs::path(".") : folder);
}

}  // namespace cecropia::tree::ahf
