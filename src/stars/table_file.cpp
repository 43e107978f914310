#include "cecropia/stars/table_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "cecropia/core/error.hpp"
#include "cecropia/io/hdf5.hpp"
#include "cecropia/io/left_over.hpp"
#include "cecropia/stars/builder.hpp"
#include "table_writer.hpp"

namespace cecropia::stars {
namespace {

using io::SerialFile;

constexpr const char* kind_of_file = "cecropia stellar tables";
constexpr const char* remedy = "make the file anew with 'cecropia tables build', or unset stars.table_file";

struct Column {
  const char *name, *unit, *description;
  double Star::*value;
};
constexpr Column columns[] = {
    {"/stars/lifetime", "Myr", "lifetime", &Star::lifetime_myr},
    {"/stars/log10_q", "log10(s^-1)", "log10 of H-ionising photons per second, lifetime average", &Star::log10_q_per_s},
    {"/stars/log10_q_lw", "log10(s^-1)", "log10 of Lyman-Werner photons (11.2-13.6 eV) per second, lifetime average",
     &Star::log10_q_lw_per_s},
    {"/stars/log10_l_uv", "log10(erg s^-1 Hz^-1)", "log10 of the luminosity at 1500 Angstrom, lifetime average",
     &Star::log10_l_uv_erg_s_hz},
    {"/stars/m_fin", "Msun", "mass at the end of life", &Star::m_fin_msun},
    {"/stars/m_he", "Msun", "helium core at the end of life; 0 where there is none or it is not known",
     &Star::m_he_msun},
    {"/stars/m_co", "Msun", "carbon-oxygen core at the end of life; 0 where there is none or it is not known",
     &Star::m_co_msun},
    {"/stars/f_fallback", "1", "fraction of the matter around the proto-compact object that falls back",
     &Star::f_fallback},
    {"/stars/m_rem_baryonic", "Msun", "baryonic mass of the remnant", &Star::m_rem_baryonic_msun},
    {"/stars/m_rem_gravitational", "Msun", "gravitational mass of the remnant", &Star::m_rem_gravitational_msun},
    {"/stars/e_sn", "erg", "energy of the supernova", &Star::e_sn_erg},
    {"/stars/wind_new_metals", "Msun", "newly made metals in winds", &Star::wind_new_metals_msun},
    {"/stars/sn_new_metals", "Msun", "newly made metals in the supernova", &Star::sn_new_metals_msun},
};
struct ElementColumn {
  const char *name, *description;
  std::array<double, n_slots> Star::*value;
};
constexpr ElementColumn element_columns[] = {
    {"/ejecta/wind", "gross ejecta of winds by slot (they include the star's initial metals)", &Star::wind_msun},
    {"/ejecta/sn", "gross ejecta of the supernova by slot (they include the star's initial metals)", &Star::sn_msun},
};

template <std::size_t N>
std::vector<std::string> texts(const std::array<std::string_view, N>& names) {
  return {names.begin(), names.end()};
}

[[noreturn]] void refuse(const SerialFile& file, const std::string& item, const std::string& what,
                         const std::string& expected) {
  throw InputError({fmt::format("stellar tables: '{}' {}", item, what), file.path().string(), expected, remedy});
}

/// A dataset with the right unit and shape.
std::vector<double> read_column(const SerialFile& file, const std::string& name, const std::string& unit,
                                const std::vector<std::size_t>& dims) {
  if (!file.has(name)) refuse(file, name, "is missing", fmt::format("a dataset with unit {}", unit));
  if (const std::string found = file.unit(name); found != unit)
    refuse(file, name, fmt::format("has the unit '{}'", found), fmt::format("unit '{}'", unit));
  if (!dims.empty() && file.dims(name) != dims)
    refuse(file, name, "has the wrong shape", "metallicities x masses, and x slots for ejecta");
  return std::move(file.read_double(name).data);
}

void check_kind(const SerialFile& file) {
  if (!file.has_attribute("/", "kind") || file.read_string_attribute("/", "kind") != kind_of_file)
    refuse(file, "attribute 'kind' of /", "does not say that these are stellar tables", kind_of_file);
  const std::int64_t schema = file.has_attribute("/", "schema") ? file.read_int64_attribute("/", "schema") : 0;
  if (schema != table_schema)
    refuse(file, "attribute 'schema' of /", fmt::format("is {}", schema), fmt::format("schema {}", table_schema));
}

void check_names(const SerialFile& file, const std::string& item, const std::vector<std::string>& names) {
  if (!file.has(item) || file.read_strings(item) != names)
    refuse(file, item, "does not hold the names of this program", fmt::format("{} names in order", names.size()));
}

}  // namespace

void write_tables(const std::filesystem::path& path, const Tables& tables) {
  write_tables(path, tables, [](SerialFile&) {});
}

void write_tables(const std::filesystem::path& path, const Tables& tables,
                  const std::function<void(SerialFile&)>& also) {
  const std::vector<std::size_t> shape{tables.n_z(), tables.n_m()};
  const auto over_stars = [&](auto value) {
    std::vector<decltype(value(tables.at(0, 0)))> out;
    for (std::size_t i = 0; i < tables.n_z(); ++i)
      for (std::size_t j = 0; j < tables.n_m(); ++j) out.push_back(value(tables.at(i, j)));
    return out;
  };
  const std::vector<double> errors = over_stars(mass_error);

  io::remove_left_over(path);
  SerialFile file = SerialFile::create(path);
  file.write_attribute("/", "kind", kind_of_file);
  file.write_attribute("/", "schema", table_schema);
  file.write_attribute("/", "source", tables.source());
  file.write_attribute("/", "content_hash", fmt::format("{:016x}", tables.content_hash()));
  file.write_attribute("/", "largest_mass_error", *std::max_element(errors.begin(), errors.end()));
  const std::string violation = find_violation(tables);
  file.write_attribute("/", "conservation",
                       violation.empty() ? std::string("every star conserves mass to 1e-12") : violation);
  file.write("/grid/z", tables.z_grid(), "1", "mass fraction of metals at birth");
  file.write("/grid/m", tables.m_grid_msun(), "Msun", "initial mass");
  file.write_strings("/grid/slots", texts(slot_names), "element slots of the ejecta; Oth is every other metal");
  file.write_strings("/grid/fates", texts(fate_names), "fates by number");
  for (const Column& c : columns)
    file.write(c.name, over_stars([&c](const Star& s) { return s.*c.value; }), shape, c.unit, c.description);
  file.write("/stars/fate", over_stars([](const Star& s) { return static_cast<std::uint8_t>(s.fate); }), shape, "1",
             "fate, a number in /grid/fates");
  for (const ElementColumn& c : element_columns) {
    std::vector<double> values;
    for (const auto& e : over_stars([&c](const Star& s) { return s.*c.value; }))
      values.insert(values.end(), e.begin(), e.end());
    file.write(c.name, values, {shape[0], shape[1], n_slots}, "Msun", c.description);
  }
  also(file);
  file.commit();
}

Tables read_tables(const std::filesystem::path& path) {
  std::error_code error;
  const std::string ending = path.extension().string();
  if (std::filesystem::is_directory(path, error) || ending == ".csv" || ending == ".txt" || ending == ".dat")
    throw InputError({"this is not a file of stellar tables (HDF5)", path.string(),
                      "a file that 'cecropia tables build', 'cecropia tables import' or a run has written",
                      "import the product first: cecropia tables import PATH --out FILE.h5"});
  const SerialFile file = SerialFile::open(path);
  check_kind(file);
  std::vector<double> z = read_column(file, "/grid/z", "1", {}), m = read_column(file, "/grid/m", "Msun", {});
  check_names(file, "/grid/slots", texts(slot_names));
  check_names(file, "/grid/fates", texts(fate_names));
  const std::vector<std::size_t> shape{z.size(), m.size()};
  read_column(file, columns[0].name, columns[0].unit, shape);  // before room is made for as many stars as grids tell
  std::vector<Star> stars(z.size() * m.size());
  for (std::size_t k = 0; k < stars.size(); ++k) {
    stars[k].z = z[k / m.size()];
    stars[k].m_msun = m[k % m.size()];
  }
  for (const Column& c : columns) {
    const std::vector<double> values = read_column(file, c.name, c.unit, shape);
    for (std::size_t k = 0; k < stars.size(); ++k) stars[k].*c.value = values[k];
  }
  const std::vector<double> fates = read_column(file, "/stars/fate", "1", shape);
  for (std::size_t k = 0; k < stars.size(); ++k) {
    if (!(fates[k] >= 0 && fates[k] < static_cast<double>(fate_names.size())))
      refuse(file, "/stars/fate", fmt::format("holds {}", fates[k]), "numbers of /grid/fates");
    stars[k].fate = static_cast<Fate>(fates[k]);
  }
  for (const ElementColumn& c : element_columns) {
    const std::vector<double> values = read_column(file, c.name, "Msun", {shape[0], shape[1], n_slots});
    for (std::size_t k = 0; k < values.size(); ++k) (stars[k / n_slots].*c.value)[k % n_slots] = values[k];
  }
  Tables tables(std::move(z), std::move(m), std::move(stars), file.read_string_attribute("/", "source"));
  if (const std::string violation = find_violation(tables); !violation.empty())
    refuse(file, "/ejecta", "breaks a law of nature: " + violation, "mass conserved to 1e-12 and nothing negative");
  const std::string hash = fmt::format("{:016x}", tables.content_hash());
  if (!file.has_attribute("/", "content_hash") || file.read_string_attribute("/", "content_hash") != hash)
    refuse(file, "attribute 'content_hash' of /", "does not fit the content: the file was damaged or edited", hash);
  return tables;
}

}  // namespace cecropia::stars
