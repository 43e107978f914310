#include "sevn.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "cecropia/io/folder.hpp"
#include "cecropia/stars/track.hpp"

namespace cecropia::stars::sevn {
namespace {

namespace fs = std::filesystem;
using text::Place;
using text::Printed;

enum Quantity : std::size_t { time, mass, m_he, m_co, luminosity, radius, x_h, x_he, x_c, x_n, x_o };

constexpr double lightest_msun = 2.0, heaviest_msun = 600.0;  // what the prescriptions and the model can use
constexpr double rounding = 1e-6;                             // of printed masses, relative
constexpr double fraction_rounding = 1e-3;                    // of a sum of surface fractions

bool holds_tracks(const fs::path& folder) {
  std::error_code error;
  return fs::is_regular_file(folder / "mass.dat", error) && fs::is_regular_file(folder / "time.dat", error);
}

std::vector<fs::path> folders_in(const fs::path& path) {
  if (holds_tracks(path)) return {path};
  std::vector<fs::path> found;
  std::error_code error;
  for (const fs::directory_entry& entry : io::entries_of(path))
    if (entry.is_directory(error) && holds_tracks(entry)) found.push_back(entry);
  return found;
}

Place place_of(const std::string& folder, Quantity q, std::size_t row, std::size_t column) {
  return {(fs::path(folder) / quantities[q]).string(), row + 1, fmt::format("{}", column + 1)};
}

/// The moments of the track in line `row`; every number is looked at.
std::vector<TrackPoint> track_in(const std::string& folder, const std::vector<Rows>& tables, std::size_t row) {
  const std::size_t n = tables[mass][row].size();
  const auto at = [&](Quantity q, std::size_t i) { return tables[q][row][i].value; };
  std::vector<TrackPoint> track(n);
  for (std::size_t i = 0; i < n; ++i) {
    TrackPoint& p = track[i];
    p = {at(time, i), at(mass, i), at(m_he, i), at(m_co, i), at(luminosity, i), at(radius, i), {}};
    if (i > 0 && at(time, i) < at(time, i - 1))
      text::refuse(place_of(folder, time, row, i),
                   fmt::format("time falls from {} to {} Myr", at(time, i - 1), at(time, i)), "ages that never fall",
                   "repair the line, or get the file anew");
    if (i > 0 && at(mass, i) > at(mass, i - 1) * (1.0 + rounding))
      text::refuse(place_of(folder, mass, row, i),
                   fmt::format("the mass rises from {} to {} Msun", at(mass, i - 1), at(mass, i)),
                   "a star that only loses mass", "tracks with accretion cannot be used");
    for (const Quantity q : {mass, luminosity, radius})
      if (!(at(q, i) > 0))
        text::refuse(place_of(folder, q, row, i), "the value is 0", "a positive number",
                     "repair the line, or get the file anew");
    constexpr double coolest_k = 2e3, hottest_k = 3e5;  // giants; bare carbon-oxygen cores
    const double t_k = effective_temperature_k(p.l_lsun, p.r_rsun);
    if (!(t_k >= coolest_k && t_k <= hottest_k))
      text::refuse(place_of(folder, radius, row, i),
                   fmt::format("a surface of {:.3g} K: {} Lsun from {} Rsun", t_k, p.l_lsun, p.r_rsun),
                   "2000 to 300 000 K", "check the units: lumi.dat in Lsun, radius.dat in Rsun, no logarithms");
    for (const Quantity q : {m_he, m_co})
      if (at(q, i) > at(mass, i) * (1.0 + rounding))
        text::refuse(place_of(folder, q, row, i),
                     fmt::format("the core of {} Msun is heavier than its star of {} Msun", at(q, i), at(mass, i)),
                     "a core inside the star", "the files do not belong together: get them anew");
    const double sum = at(x_h, i) + at(x_he, i) + at(x_c, i) + at(x_n, i) + at(x_o, i);
    if (sum > 1.0 + fraction_rounding)
      text::refuse(place_of(folder, x_h, row, i),
                   fmt::format("the surface fractions of H, He, C, N, O add up to {:.6g}", sum), "at most 1",
                   "fractions by mass are needed; get the files anew");
    p.surface = surface_composition(at(x_h, i), at(x_he, i), at(x_c, i), at(x_n, i), at(x_o, i));
  }
  return track;
}

/// The folder's name against what the stars are born with.
void check_metallicity(const std::string& folder, double z, const TrackPoint& birth, std::size_t row) {
  const double surface = metals_in(birth.surface);
  if (z < 1e-5 || (surface > 0.5 * z && surface < 2.0 * z)) return;
  text::refuse(place_of(folder, x_h, row, 0),
               fmt::format("the folder says Z = {}, but at birth the surface holds {:.3g} of metals", z, surface),
               "a folder named by the digits of Z without the point, as 0008 for 0.008", "rename the folder");
}

void check_end(const std::string& folder, std::size_t row, const TrackPoint& birth, const TrackPoint& end,
               const BuilderParameters& builder) {
  const double m = birth.m_msun;
  const auto cut = [&](Quantity q, const char* core) {
    text::refuse(
        place_of(folder, q, row, 0),
        fmt::format("the track of {} Msun ends without a {} core: it stops before the end of the star", m, core),
        "tracks to the end of carbon burning or so",
        fmt::format("leave the star out (--set 'import.leave_out_msun=[{}]'), or use complete tracks", m));
  };
  if (m >= builder.m_wd_max_msun && !(end.m_he_msun > 0)) cut(m_he, "helium");
  if (m >= builder.m_ecsn_max_msun && !(end.m_co_msun > 0)) cut(m_co, "carbon-oxygen");
}

/// The prescriptions are made for cores of real stars: others may be thrown out with less than no helium.
void check_star(const std::string& folder, std::size_t row, const Star& s) {
  bool usable = mass_error(s) <= 1e-12 && s.m_rem_baryonic_msun >= 0;
  for (std::size_t e = 0; e < n_slots; ++e) usable = usable && s.wind_msun[e] >= 0 && s.sn_msun[e] >= 0;
  if (usable) return;
  text::refuse(place_of(folder, mass, row, 0),
               fmt::format("a star of {} Msun that ends with {:.4g} Msun, a helium core of {:.4g} and a carbon-oxygen "
                           "core of {:.4g} Msun cannot explode by the prescriptions",
                           s.m_msun, s.m_fin_msun, s.m_he_msun, s.m_co_msun),
               "cores of a star at the end of its life",
               fmt::format("leave the star out (--set 'import.leave_out_msun=[{}]'), or check the files", s.m_msun));
}

}  // namespace

const std::vector<std::string> quantities{"time.dat", "mass.dat",  "mhe.dat",  "mco.dat",  "lumi.dat", "radius.dat",
                                          "hsup.dat", "hesup.dat", "csup.dat", "nsup.dat", "osup.dat"};

bool is_mine(const fs::path& folder) { return !folders_in(folder).empty(); }

double metallicity_of(const std::string& name, const std::string& path) {
  const bool digits_only = name.size() > 1 && name.front() == '0' &&
                           std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
  Printed z;
  if (!text::parse(digits_only ? "0." + name.substr(1) : name, z) || !(z.value > 0 && z.value < 0.1))
    text::refuse({path}, fmt::format("the name {} of the folder is no metallicity", text::quote(name)),
                 "the digits of Z without the point, as 0008 for 0.008", "rename the folder");
  return z.value;
}

Rows parse_quantity(const std::string& file, std::string_view all) {
  Rows rows;
  for (const text::Line& line : text::lines_of(all)) {
    const std::vector<std::string_view> words = text::words_of(line.text);
    if (words.empty()) continue;
    std::vector<Printed> row;
    row.reserve(words.size());
    for (const std::string_view word : words)
      row.push_back(text::amount(word, {file, line.row, fmt::format("{}", row.size() + 1)}));
    rows.push_back(std::move(row));
  }
  if (rows.empty()) text::refuse({file}, "the file is empty", "a line per track", "get the file anew");
  return rows;
}

std::vector<ProductStar> stars_of(const std::string& folder, double z, const std::vector<Rows>& tables,
                                  const BuilderParameters& builder) {
  for (std::size_t q = 1; q < tables.size(); ++q)
    if (tables[q].size() != tables[time].size())
      text::refuse({(fs::path(folder) / quantities[q]).string()},
                   fmt::format("{} tracks are in it, and {} in time.dat", tables[q].size(), tables[time].size()),
                   "the same tracks in all files", "the file was cut: get it anew");
  std::vector<ProductStar> stars;
  for (std::size_t row = 0; row < tables[time].size(); ++row) {
    const std::size_t n = tables[time][row].size();
    for (std::size_t q = 1; q < tables.size(); ++q)
      if (tables[q][row].size() != n)
        text::refuse({(fs::path(folder) / quantities[q]).string(), row + 1},
                     fmt::format("the row has {} values, and {} in time.dat", tables[q][row].size(), n),
                     "the same moments in all files", "the line was cut: get the file anew");
    ProductStar star;
    star.z = z;
    star.m_msun = tables[mass][row].front().value;
    star.where = Place{(fs::path(folder) / quantities[mass]).string(), row + 1}.text();
    star.lifetime_where = Place{(fs::path(folder) / quantities[time]).string(), row + 1}.text();
    for (const auto& [quantity, q] :
         {std::pair("m_he_msun", m_he), std::pair("m_co_msun", m_co), std::pair("log10_q_per_s", luminosity),
          std::pair("log10_q_lw_per_s", luminosity), std::pair("log10_l_uv_erg_s_hz", luminosity)})
      star.places[quantity] = Place{(fs::path(folder) / quantities[q]).string(), row + 1}.text();
    if (star.m_msun < lightest_msun || star.m_msun > heaviest_msun) {  // nobody asks for its end
      star.lifetime_myr = tables[time][row].back().value;
      stars.push_back(std::move(star));
      continue;
    }
    const std::vector<TrackPoint> track = track_in(folder, tables, row);
    if (n < 2 || !(track.back().t_myr > track.front().t_myr))
      text::refuse(place_of(folder, time, row, n - 1), fmt::format("the track has {} moments and no duration", n),
                   "a life from birth to end", "get the file anew");
    check_metallicity(folder, z, track.front(), row);
    check_end(folder, row, track.front(), track.back(), builder);
    const Star s = star_of_track(z, track, builder);
    check_star(folder, row, s);
    star.lifetime_myr = s.lifetime_myr;
    star.log10_q_per_s = s.log10_q_per_s;
    star.log10_q_lw_per_s = s.log10_q_lw_per_s;
    star.log10_l_uv_erg_s_hz = s.log10_l_uv_erg_s_hz;
    star.m_fin_msun = s.m_fin_msun;
    star.m_he_msun = s.m_he_msun;
    star.m_co_msun = s.m_co_msun;
    star.f_fallback = s.f_fallback;
    star.m_rem_gravitational_msun = s.m_rem_gravitational_msun;
    star.e_sn_erg = s.e_sn_erg;
    star.end = End{s.fate, s.m_rem_baryonic_msun, s.wind_msun, s.sn_msun, s.wind_new_metals_msun, s.sn_new_metals_msun};
    star.printed_precision_msun = tables[mass][row].front().half_unit + tables[mass][row].back().half_unit;
    stars.push_back(std::move(star));
  }
  return stars;
}

Product read(const std::vector<fs::path>& paths, const BuilderParameters& builder) {
  std::map<double, fs::path> folders;
  for (const fs::path& path : paths)
    for (const fs::path& folder : folders_in(path)) {
      const std::string name = fs::absolute(folder).lexically_normal().filename().empty()
                                   ? fs::absolute(folder).lexically_normal().parent_path().filename().string()
                                   : fs::absolute(folder).lexically_normal().filename().string();
      const double z = metallicity_of(name, folder.string());
      const auto [known, is_new] = folders.emplace(z, folder);
      if (!is_new)
        text::refuse({folder.string()}, fmt::format("Z = {} is there twice: {} as well", z, known->second.string()),
                     "one folder per metallicity", "give one of them only");
    }
  if (folders.empty())
    text::refuse({paths.front().string()}, "no folder with mass.dat and time.dat is there",
                 "a folder per metallicity with a file per quantity", "check the path");
  Product product;
  product.format = "sevn";
  product.source = "SEVN track tables";
  for (const auto& [z, folder] : folders) {
    std::vector<Rows> tables;
    for (const std::string& name : quantities) {
      const std::string file = (folder / name).string();
      std::error_code error;
      if (!fs::is_regular_file(file, error))
        text::refuse({file}, "the file is missing", "a file for each quantity: " + name,
                     "get the folder anew; all of time, mass, mhe, mco, lumi, radius and the five *sup are needed");
      tables.push_back(parse_quantity(file, text::read(file)));
      product.files.push_back(file);
    }
    std::vector<ProductStar> stars = stars_of(folder.string(), z, tables, builder);
    std::move(stars.begin(), stars.end(), std::back_inserter(product.stars));
  }
  product.notes.push_back(
      "Ends (fate, remnant, supernova) are not in tracks: they follow from the last cores by the prescriptions of "
      "section stars (STA-7 to STA-15).");
  product.notes.push_back(
      "Light is that of blackbodies of the tracks' luminosity and radius with the corrections of STA-21 (IMP-2).");
  product.notes.push_back(
      "What the surface holds besides H, He, C, N, O goes to the metals from Ne on in the solar proportions (IMP-1).");
  product.notes.push_back(fmt::format(
      "Stars below {} Msun lose what is left of their envelope after the last moment of the track and leave the white "
      "dwarfs of STA-8.",
      builder.m_wd_max_msun));
  return product;
}

}  // namespace cecropia::stars::sevn
