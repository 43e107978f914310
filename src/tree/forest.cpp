#include "cecropia/tree/forest.hpp"

#include <type_traits>
#include <utility>

namespace cecropia::tree {

Forest::Forest(ForestDraft draft) {
  info = std::move(draft.info);
  redshift = std::move(draft.redshift);
  age_myr = std::move(draft.age_myr);
  level_begin = std::move(draft.level_begin);
  for_each_column_with(draft, [](auto& mine, auto& made) { mine = std::decay_t<decltype(mine)>(std::move(made)); });
}

ForestDraft Forest::draft() const {
  ForestDraft copy;
  copy.info = info;
  copy.redshift = redshift;
  copy.age_myr = age_myr;
  copy.level_begin = level_begin;
  copy.for_each_column_with(*this, [](auto& made, const auto& mine) { made.assign(mine.begin(), mine.end()); });
  return copy;
}

std::size_t Forest::bytes() const {
  std::size_t sum = 0;
  Forest same = *this;  // refers to the same columns
  same.for_each_column_with(*this, [&sum](const auto&, const auto& mine) { sum += mine.bytes(); });
  return sum;
}

double Forest::predicted_bytes(double n_halos, double n_forests, bool has_positions) {
  const ForestDraft f;
  const auto row = [](const auto&... column) {
    return static_cast<double>((sizeof(typename std::decay_t<decltype(column)>::value_type) + ...));
  };
  const double halo =
      row(f.id, f.m_vir_msun, f.descendant, f.first_progenitor, f.n_progenitors, f.host, f.forest, f.flags);
  return n_halos * (halo + (has_positions ? row(f.position_cmpc) : 0.0)) +
         n_forests * row(f.forest_id, f.weight_per_cmpc3);
}

}  // namespace cecropia::tree
