// Which files of a PARSEC product belong together.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "cecropia/io/folder.hpp"
#include "parsec.hpp"

namespace cecropia::stars::parsec {
namespace {

namespace fs = std::filesystem;
using text::Printed;

constexpr double lightest_msun = 2.0, heaviest_msun = 600.0;  // what the model can use

bool ends_with(const std::string& text, std::string_view with) {
  return text.size() >= with.size() && text.compare(text.size() - with.size(), with.size(), with) == 0;
}

/// The number between `begin` and `end` (both lower case) in a file name, or nothing.
std::optional<double> number_between(const std::string& name, std::string_view begin, std::string_view end) {
  const std::size_t at = name.find(begin);
  if (at == std::string::npos) return std::nullopt;
  const std::size_t from = at + begin.size(), to = name.find(end, from);
  Printed n;
  if (to == std::string::npos || !text::parse(std::string_view(name).substr(from, to - from), n) || !(n.value > 0))
    return std::nullopt;
  return n.value;
}

enum class Content { winds, total, photons, track, other };

struct File {
  fs::path path;
  Content content = Content::other;
  double z = 0, m_msun = 0;
};

/// What a file is by its name: Z<Z>_Y<Y>_winds_ejecta.dat, Z<Z>_Y<Y>_total_ejecta.dat,
/// Z<Z>Y<Y>_ROT<r>_M<m>.TAB.QH, Z<Z>Y<Y>_ROT<r>_M<m>.TAB.
File look_at(const fs::path& path) {
  File file{path, Content::other, 0, 0};
  const std::string name = text::lower(path.filename().string());
  if (name.empty() || name.front() != 'z') return file;
  if (ends_with(name, "ejecta.dat")) {
    const auto z = number_between(name, "z", "_y");
    if (!z) return file;
    file.z = *z;
    file.content = name.find("_wind") != std::string::npos ? Content::winds : Content::total;
  } else if (ends_with(name, ".tab.qh") || ends_with(name, ".tab")) {
    const auto z = number_between(name, "z", name.find("_y") < name.find("_rot") ? "_y" : "y"),
               m = number_between(name, "_m", ".tab");
    if (!z || !m) return file;
    file.z = *z;
    file.m_msun = *m;
    file.content = ends_with(name, ".qh") ? Content::photons : Content::track;
  }
  return file;
}

/// Of the folder and those below it, but not where links lead.
void add_files_below(const fs::path& folder, std::vector<File>& files) {
  for (const fs::directory_entry& entry : io::entries_of(folder)) {
    std::error_code error;
    if (fs::is_directory(entry.symlink_status(error)))
      add_files_below(entry, files);
    else if (entry.is_regular_file(error))
      files.push_back(look_at(entry));
  }
}

std::vector<File> files_in(const fs::path& path) {
  std::vector<File> files;
  std::error_code error;
  if (fs::is_regular_file(path, error))
    files.push_back(look_at(path));
  else
    add_files_below(path, files);
  files.erase(std::remove_if(files.begin(), files.end(), [](const File& f) { return f.content == Content::other; }),
              files.end());
  std::sort(files.begin(), files.end(), [](const File& a, const File& b) { return a.path < b.path; });
  return files;
}

/// What belongs to one metallicity.
struct Set {
  double z = 0;
  std::map<double, fs::path> photons, tracks;
  fs::path winds, total;
};

Set& set_of(std::vector<Set>& sets, double z) {
  constexpr double same = 1e-6;
  for (Set& s : sets)
    if (std::fabs(s.z - z) <= same * z) return s;
  sets.push_back({z, {}, {}, {}, {}});
  return sets.back();
}

void put_once(fs::path& place, const fs::path& file) {
  if (!place.empty())
    text::refuse({file.string()}, fmt::format("the same is there already as {}", place.string()), "every file once",
                 "give one of the two only");
  place = file;
}

std::vector<Set> sort_files(const std::vector<fs::path>& paths) {
  std::vector<Set> sets;
  for (const fs::path& path : paths)
    for (const File& file : files_in(path)) {
      Set& set = set_of(sets, file.z);
      switch (file.content) {
        case Content::winds:
          put_once(set.winds, file.path);
          break;
        case Content::total:
          put_once(set.total, file.path);
          break;
        case Content::photons:
          put_once(set.photons[file.m_msun], file.path);
          break;
        case Content::track:
          put_once(set.tracks[file.m_msun], file.path);
          break;
        case Content::other:
          break;
      }
    }
  std::sort(sets.begin(), sets.end(), [](const Set& a, const Set& b) { return a.z < b.z; });
  for (const Set& s : sets)
    if (s.winds.empty() != s.total.empty())
      text::refuse({(s.winds.empty() ? s.total : s.winds).string()},
                   fmt::format("its companion for {} is missing", s.winds.empty() ? "the winds" : "the whole life"),
                   fmt::format("Z<Z>_Y<Y>_{}_ejecta.dat beside it", s.winds.empty() ? "winds" : "total"),
                   "a terminal ejecta is total minus wind: get both files");
  return sets;
}

/// Lifetimes and photons of the stars of one metallicity, into those of the ejecta or beside them.
void add_lives(const Set& set, std::vector<ProductStar>& stars, std::vector<std::string>& files) {
  std::set<double> masses;
  for (const auto* one : {&set.photons, &set.tracks})
    for (const auto& [m, path] : *one)
      if (m >= lightest_msun && m <= heaviest_msun &&
          std::none_of(masses.begin(), masses.end(), [m = m](double k) { return std::fabs(k - m) <= 1e-3 * m; }))
        masses.insert(m);
  for (const double m : masses) {
    auto star = std::find_if(stars.begin(), stars.end(),
                             [m](const ProductStar& s) { return std::fabs(s.m_msun - m) <= 1e-3 * m; });
    if (star == stars.end()) {
      ProductStar only_life;
      only_life.z = set.z;
      only_life.m_msun = m;
      star = stars.insert(stars.end(), std::move(only_life));
    }
    const auto track = near_mass(set.tracks, m), photons = near_mass(set.photons, m);
    if (track != set.tracks.end()) {
      const std::string file = track->second.string();
      star->lifetime_myr = parse_track_life_myr(file, text::read(file), m, set.z);
      star->lifetime_where = file;
      files.push_back(file);
    }
    if (photons != set.photons.end()) {
      const std::string file = photons->second.string();
      const Photons light = parse_photons(file, text::read(file), m, set.z, star->lifetime_myr);
      if (!star->lifetime_myr) {
        star->lifetime_myr = light.life_myr;
        star->lifetime_where = file;
      }
      star->log10_q_per_s = std::log10(light.q_per_s);
      star->places["log10_q_per_s"] = text::Place{file, 0, light.q_column}.text();
      star->places["log10_q_lw_per_s"] = text::Place{file, 0, light.lw_column}.text();
      if (light.q_lw_per_s) star->log10_q_lw_per_s = std::log10(*light.q_lw_per_s);
      files.push_back(file);
    }
    if (star->where.empty()) star->where = star->lifetime_where;
  }
}

}  // namespace

bool is_mine(const fs::path& path) { return !files_in(path).empty(); }

Product read(const std::vector<fs::path>& paths) {
  Product product;
  product.format = "parsec";
  product.source = "PARSEC v2.0 very massive stars (Costa et al. 2025)";
  std::set<std::string> ignored;
  bool has_photons = false, has_tracks = false, has_composition = true;
  for (const Set& set : sort_files(paths)) {
    if (set.winds.empty()) {
      product.notes.push_back(fmt::format("Z = {} has photons or tracks and no ejecta: its {} files were not used.",
                                          set.z, set.photons.size() + set.tracks.size()));
      continue;
    }
    const EjectaFile winds = parse_ejecta(set.winds.string(), text::read(set.winds));
    const EjectaFile total = parse_ejecta(set.total.string(), text::read(set.total));
    product.files.insert(product.files.end(), {winds.file, total.file});
    for (const EjectaFile* file : {&winds, &total}) ignored.insert(file->ignored.begin(), file->ignored.end());
    std::vector<ProductStar> stars = stars_of(set.z, winds, total);
    add_lives(set, stars, product.files);
    has_photons = has_photons || !set.photons.empty();
    has_tracks = has_tracks || !set.tracks.empty();
    has_composition = has_composition && total.initial_metals.has_value();
    std::move(stars.begin(), stars.end(), std::back_inserter(product.stars));
  }
  if (product.stars.empty())
    text::refuse({paths.front().string()}, "no files of ejecta are there",
                 "Z<Z>_Y<Y>_winds_ejecta.dat and Z<Z>_Y<Y>_total_ejecta.dat, unpacked",
                 "unpack all_ejecta.zip and give the folder");
  product.notes.push_back("Energies of supernovae are not in this product: those of section stars, by fate (STA-7).");
  product.notes.push_back(
      "Terminal ejecta are total minus wind. Mrem is the gravitational, Mbar the baryonic mass of the remnant. "
      "Elements without a slot, Ni among them, are counted as other metals; Li and Be as helium.");
  if (!ignored.empty())
    product.notes.push_back(
        fmt::format("Columns of the ejecta that are no isotopes and were not used: {}.", fmt::join(ignored, ", ")));
  if (!has_tracks && has_photons)
    product.notes.push_back("Lifetimes are the last ages of the photon files, as no tracks were given.");
  if (!has_composition)
    product.notes.push_back(
        "The header of at least one file holds no initial composition that could be read: new metals there are metals "
        "minus Z times the ejected mass.");
  return product;
}

}  // namespace cecropia::stars::parsec
