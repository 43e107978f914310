// Any columns given as those of a Galacticus file or a ytree arbor are either understood or refused with an InputError:
// no crash, no undefined behaviour, and what is understood holds what the reader promises. (HDF5 itself is not tested
// here.)
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/flat_columns.hpp"
#include "require.hpp"
#include "some_columns.hpp"

namespace {

using cecropia::tree::fuzz::Bytes;

/// Small, so that links meet halos.
std::int64_t link(Bytes& in) {
  const auto byte = in.raw<std::int8_t>();
  return byte == 127 ? in.raw<std::int64_t>() : byte;
}
double number(Bytes& in) {
  if (in.next() >= 240) return in.raw<double>();
  const double mantissa = in.next();
  return std::ldexp(mantissa, in.raw<std::int8_t>());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using cecropia::fuzz::require;
  using namespace cecropia::tree;
  using namespace cecropia::tree::flat;
  Bytes in(data, size);
  const auto shape = in.next();
  const std::size_t n = in.next() % 32U;
  Meaning meaning;
  meaning.where = "fuzz";
  meaning.h = 0.7;
  meaning.ids_are_rows = (shape & 1U) != 0;
  meaning.clock = static_cast<Clock>(in.next() % 3U);
  if ((shape & 2U) != 0) meaning.box = 4.0;
  meaning.mass = {unit_factor(2e40, 1.98841e30), in.raw<std::int8_t>() % 4, in.raw<std::int8_t>() % 3};
  meaning.length = {1e-3, in.raw<std::int8_t>() % 4, in.raw<std::int8_t>() % 3};
  Columns c;
  std::vector<double> values;
  for (std::size_t i = 0; i < n; ++i) {
    c.node.push_back(link(in));
    c.descendant.push_back(link(in));
    if ((shape & 4U) != 0) c.host.push_back(link(in));
    c.mass.push_back(number(in));
    c.clock.push_back(number(in));
    if ((shape & 8U) != 0)
      for (int k = 0; k < 3; ++k) c.position.push_back(number(in));
    if ((shape & 16U) != 0) c.main.push_back(in.next());
    if ((shape & 32U) != 0) c.phantom.push_back(in.next());
  }
  if ((shape & 64U) != 0 && n > 0) c.mass.pop_back();
  for (const double v : c.clock)
    if (std::isfinite(v)) values.push_back(v);
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  const std::size_t cut = n == 0 ? 0 : in.next() % (n + 1);
  const std::vector<Run> runs{{0, cut, 100, 5}, {cut, n - cut, 200, 6}};
  Catalogue into;
  try {
    find_levels(values, {1e3, 0, 0}, {}, meaning);
    require(!meaning.scale.empty() && meaning.ticks.size() == values.size());
    for (std::size_t l = 1; l < meaning.scale.size(); ++l) require(meaning.scale[l] > meaning.scale[l - 1]);
    to_catalogue(c, meaning, runs, 0, into);
    require(into.n_halos() == n);
  } catch (const cecropia::InputError&) {
  }
  for (std::size_t h = 0; h < into.n_halos(); ++h) {
    require(into.id[h] >= 0 && into.descendant_id[h] >= -1 && into.host_id[h] >= -1);
    require(into.m_vir_msun[h] > 0.0 && std::isfinite(into.m_vir_msun[h]));
    require(into.level[h] < meaning.scale.size() && into.forest[h] < 2);
    if (!into.position_cmpc.empty())
      for (const float x : into.position_cmpc[h]) require(std::isfinite(x));
  }
  return 0;
}
