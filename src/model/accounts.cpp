#include "accounts.hpp"

#include <algorithm>
#include <cmath>

#include "cecropia/core/error.hpp"
#include "cecropia/parallel/agree.hpp"

namespace cecropia::model {
namespace {

enum Term : std::size_t { drawn = n_budget_terms, locked, n_terms };

}  // namespace

double relative_error(double came, double is) {
  return came == 0.0 && is == 0.0 ? 0.0 : std::fabs(came - is) / std::max(came, is);
}

void refuse_state() {
  throw InputError({"these are not the halos of the forest", "the states of galaxies", "a checkpoint of the same trees",
                    "begin again without it"});
}

Budget budget_of(const std::vector<parallel::ExactSum>& sums) {
  Budget b;
  b.accreted_msun = sums[accreted].value();
  b.returned_msun = sums[returned].value();
  b.content_msun = sums[content].value();
  b.igm_metals_msun = sums[igm_metals].value();
  b.made_metals_msun = sums[made_metals].value();
  b.metals_content_msun = sums[metals_content].value();
  b.mass_relative_error = relative_error(b.accreted_msun + b.returned_msun, b.content_msun);
  b.metal_relative_error = relative_error(b.igm_metals_msun + b.made_metals_msun, b.metals_content_msun);
  return b;
}

Accounts::Accounts() : sums_(n_terms) {}

void Accounts::add_level(const Baryons& b) {
  ++counts_.galaxy_levels;
  sums_[accreted].add(b.step.accreted_msun);
  sums_[returned].add(b.step.returned_msun);
  sums_[igm_metals].add(b.step.igm_metals_msun);
  sums_[made_metals].add(b.step.made_metals_msun);
  counts_.stars.born += b.step.born;
  counts_.stars.died += b.step.died;
}

void Accounts::close(const Baryons& b, std::int64_t stars_alive) {
  for (double m : {b.mass.hot, b.mass.cold, b.mass.star, b.mass.out}) sums_[content].add(m);
  for (double m : {b.metals.gas[metal_z], b.metals.out[metal_z], b.metals.locked[metal_z]})
    sums_[metals_content].add(m);
  counts_.stars.alive += stars_alive;
  sums_[drawn].add(b.birth_metals_msun);
  sums_[locked].add(b.metals.locked[metal_z]);
}

void Accounts::sum_up(WalkResult& result, const parallel::Communicator& ranks) {
  parallel::ExactSum::reduce(sums_, ranks);
  Budget& b = result.budget = budget_of(sums_);
  b.drawn_over_locked_metals = sums_[drawn].value() / sums_[locked].value();
  counts_.sum_over(ranks);
  b.stars = counts_.stars;
  result.galaxy_levels = counts_.galaxy_levels;
  result.sub_steps = counts_.sub_steps;
  result.overenriched = counts_.overenriched;
  result.limited = counts_.limited;
}

void Accounts::save(ByteWriter& archive, const parallel::Communicator& ranks) const {
  std::vector<parallel::ExactSum> sums = sums_;
  parallel::ExactSum::reduce(sums, ranks);
  Counts counts = counts_;
  counts.sum_over(ranks);
  archive(sums, counts);
}

void Accounts::restore(ByteReader& archive, const parallel::Communicator& ranks) {
  parallel::on_root(ranks, [&] {
    archive(sums_, counts_);
    if (sums_.size() != n_terms) refuse_state();
  });
}

void Accounts::Counts::sum_over(const parallel::Communicator& ranks) {
  FateCount& died = stars.died;
  for (std::int64_t* n : {&stars.born, &stars.alive, &died.wd, &died.ccsn, &died.ppisn, &died.pisn, &died.fsn,
                          &died.dbh, &died.pisn_iii, &galaxy_levels, &sub_steps, &overenriched, &limited})
    *n = ranks.sum(*n);
}

}  // namespace cecropia::model
