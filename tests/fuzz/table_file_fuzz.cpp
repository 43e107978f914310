// Any numbers in a file of stellar tables (grids, columns of stars, ejecta) are either read or refused with an
// InputError: a cache that was edited or damaged is never a crash. The file itself is sound: HDF5 is not tested here.
#include "cecropia/stars/table_file.hpp"

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "cecropia/core/error.hpp"
#include "hdf5_template.hpp"

namespace {

using cecropia::fuzz::Hdf5Template;
using cecropia::fuzz::Marks;
namespace stars = cecropia::stars;

Hdf5Template make(std::size_t n_z, std::size_t n_m) {
  Marks marks;
  const std::vector<double> z = marks.reals(n_z), m = marks.reals(n_m);
  std::vector<stars::Star> all;
  for (std::size_t k = 0; k < n_z * n_m; ++k) {
    stars::Star s;
    s.z = z[k / n_m];
    s.m_msun = m[k % n_m];
    for (double* value : {&s.lifetime_myr, &s.log10_q_per_s, &s.log10_q_lw_per_s, &s.log10_l_uv_erg_s_hz, &s.m_fin_msun,
                          &s.m_he_msun, &s.m_co_msun, &s.f_fallback, &s.m_rem_baryonic_msun,
                          &s.m_rem_gravitational_msun, &s.e_sn_erg, &s.wind_new_metals_msun, &s.sn_new_metals_msun})
      *value = marks.reals(1).front();
    for (auto* ejecta : {&s.wind_msun, &s.sn_msun})
      for (double& value : *ejecta) value = marks.reals(1).front();
    all.push_back(s);
  }
  const std::string path = cecropia::fuzz::folder() + "/made";
  stars::write_tables(path, stars::Tables(z, m, std::move(all), "marks"));
  const std::string content = cecropia::io::read_file(path);
  std::filesystem::remove(path);
  return {content, marks};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  cecropia::tree::fuzz::Bytes bytes(data, size);
  static std::map<std::pair<std::size_t, std::size_t>, Hdf5Template> known;
  const std::size_t n_z = 1 + bytes.below(3), n_m = 1 + bytes.below(4);
  auto found = known.find({n_z, n_m});
  if (found == known.end()) found = known.emplace(std::pair{n_z, n_m}, make(n_z, n_m)).first;
  const std::string path = cecropia::fuzz::folder() + "/tables.h5";
  std::ofstream(path, std::ios::binary) << found->second.filled(bytes);
  try {
    const stars::Tables tables = stars::read_tables(path);
    cecropia::fuzz::require(tables.n_z() == n_z && tables.n_m() == n_m);
  } catch (const cecropia::InputError&) {
  }
  return 0;
}
