#include "forest_sizes.hpp"

#include <algorithm>

namespace cecropia::tree {

void ForestSizes::add(std::int64_t forest_id, std::int64_t n_halos) {
  std::size_t decade = 0;
  for (std::int64_t rest = n_halos; rest >= 10; rest /= 10) ++decade;
  ++table_[2 * decade];
  table_[2 * decade + 1] += n_halos;
  if (n_halos > largest_ || (n_halos == largest_ && forest_id < id_of_largest_)) {
    largest_ = n_halos;
    id_of_largest_ = forest_id;
  }
}

void ForestSizes::join(const parallel::Communicator& ranks) {
  ranks.sum_in_place(table_);
  const std::int64_t largest = ranks.max(largest_);
  id_of_largest_ = -ranks.max(-(largest_ == largest ? id_of_largest_ : no_id));
  largest_ = largest;
}

std::vector<SizeClass> ForestSizes::classes() const {
  std::vector<SizeClass> found;
  std::int64_t at_least = 1;
  for (std::size_t d = 0; d < decades; ++d, at_least *= d < decades ? 10 : 1)
    if (table_[2 * d] > 0) {
      const bool is_last = d + 1 == decades;  // ten times more is no 64-bit number
      found.push_back({at_least, is_last ? no_id : 10 * at_least, table_[2 * d], table_[2 * d + 1]});
    }
  return found;
}

}  // namespace cecropia::tree
