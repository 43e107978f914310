#pragma once
// Private to the walk: what is counted over all levels. Sums are exact and numbers whole, so that any ranks come to the
// same bits.
#include <array>
#include <cstdint>
#include <vector>

#include "cecropia/core/archive.hpp"
#include "cecropia/model/baryons.hpp"
#include "cecropia/model/walk.hpp"
#include "cecropia/parallel/communicator.hpp"
#include "cecropia/parallel/exact_sum.hpp"

namespace cecropia::model {

/// Sums behind the budget of a walk, whatever its galaxies are.
enum BudgetTerm : std::size_t { accreted, returned, content, igm_metals, made_metals, metals_content, n_budget_terms };
/// The budget that these sums give, of which there are at least n_budget_terms; stars and their birth metals stay
/// empty.
Budget budget_of(const std::vector<parallel::ExactSum>& sums);

class Accounts {
 public:
  Accounts();
  void count_sub_steps(std::int64_t n) { counts_.sub_steps += n; }
  void count_overenriched(bool it_is) { counts_.overenriched += it_is; }
  void count_limited(bool it_is) { counts_.limited += it_is; }
  /// A galaxy at the end of a level: what came in, and who was born and died.
  void add_level(const Baryons& b);
  /// A galaxy where its tree ends, with the number of its massive stars that live on: what is there.
  void close(const Baryons& b, std::int64_t stars_alive);

  /// Collective, once: everything in `result` but the peaks.
  void sum_up(WalkResult& result, const parallel::Communicator& ranks);
  /// Collective: the totals over all ranks, written on rank 0 and given back to rank 0 alone.
  void save(ByteWriter& archive, const parallel::Communicator& ranks) const;
  /// From rank 0's archive, into its own; those of the others stay empty. InputError if these are no accounts.
  void restore(ByteReader& archive, const parallel::Communicator& ranks);

 private:
  struct Counts {
    StarCount stars;
    std::int64_t galaxy_levels = 0, sub_steps = 0, overenriched = 0, limited = 0;
    void sum_over(const parallel::Communicator& ranks);
    template <class Self, class Archive>
    static void fields(Self& self, Archive& archive) {
      archive(self.stars.born, self.stars.alive, self.stars.died, self.galaxy_levels, self.sub_steps, self.overenriched,
              self.limited);
    }
  };
  std::vector<parallel::ExactSum> sums_;  // behind the budget, by the names in accounts.cpp
  Counts counts_;
};

/// Difference between what came and what is there, by the larger.
double relative_error(double came, double is);

[[noreturn]] void refuse_state();  ///< InputError: a checkpoint of other trees

}  // namespace cecropia::model
