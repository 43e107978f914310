#include "cecropia/tree/batches.hpp"

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <tuple>
#include <type_traits>

#include "cecropia/core/error.hpp"
#include "cecropia/parallel/agree.hpp"
#include "cecropia/tree/formats.hpp"
#include "cecropia/tree/reader.hpp"
#include "cecropia/tree/validate.hpp"

namespace cecropia::tree {
namespace {

std::string last_part(const std::string& path) {
  const std::filesystem::path normal = std::filesystem::path(path).lexically_normal();
  return (normal.has_filename() ? normal.filename() : normal.parent_path().filename()).string();
}

/// EPS trees are grown when they are asked for.
class Grown final : public Batches {
 public:
  Grown(const Parameters& parameters, const EpsParameters& eps, const cosmology::Cosmology& cosmology,
        random::Seed seed, const parallel::Communicator& ranks)
      : Batches(repairs_of(parameters.repair), cosmology, ranks), eps_(eps), seed_(seed) {
    check(eps);
    const ForestInfo info = eps_info(eps);
    const cosmology::Parameters& c = cosmology.parameters();
    description_ = {info.source,
                    info.format,
                    c.omega_m,
                    cosmology.omega_lambda(),
                    c.h,
                    eps_levels(eps, cosmology),
                    0.0,
                    info.volume_cmpc3,
                    info.m_resolution_msun,
                    {}};
    predicted_halos_ = by_forest(eps, eps_halos(eps, cosmology));
  }

 private:
  Catalogue take(std::size_t first, std::size_t last) const override {
    return grow_eps(eps_, cosmology_, seed_, static_cast<std::int64_t>(first), static_cast<std::int64_t>(last));
  }

  EpsParameters eps_;
  random::Seed seed_;
};

/// Forests are read when they are asked for.
class Streamed final : public Batches {
 public:
  Streamed(const Parameters& parameters, Format format, const cosmology::Cosmology& cosmology,
           const parallel::Communicator& ranks)
      : Batches(repairs_of(parameters.repair), cosmology, ranks),
        reader_(open(parameters, format, cosmology.parameters())) {
    const SetFacts& facts = reader_->facts();
    const cosmology::Parameters& c = cosmology.parameters();
    check_cosmology(facts, parameters, c);
    volume_cmpc3_ = volume_of(*reader_, parameters);
    particle_mass_msun_ = particle_mass_of(facts, parameters);
    description_ = {last_part(parameters.path),
                    name_of(format_names, format),
                    facts.omega_m.value_or(c.omega_m),
                    facts.omega_l.value_or(cosmology.omega_lambda()),
                    facts.h.value_or(c.h),
                    redshifts_of(facts),
                    facts.has_positions ? facts.box_cmpc.value_or(0.0) : 0.0,
                    volume_cmpc3_,
                    facts.m_resolution_msun.value_or(0.0),
                    facts.warnings};
    for (const ForestSize& forest : reader_->forests()) predicted_halos_.push_back(static_cast<double>(forest.n_halos));
  }

 private:
  Catalogue take(std::size_t first, std::size_t last) const override {
    return read_forests(*reader_, first, last, volume_cmpc3_);
  }

  std::unique_ptr<Reader> reader_;
  double volume_cmpc3_ = 0.0;
};

}  // namespace

Catalogue in_canonical_order(Catalogue c) {
  std::vector<std::size_t> order(c.n_halos());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::tie(c.forest[a], c.level[a], c.id[a]) < std::tie(c.forest[b], c.level[b], c.id[b]);
  });
  c.for_each_column_of_halos([&order](auto& column) {
    if (column.empty()) return;
    std::decay_t<decltype(column)> permuted;
    permuted.reserve(order.size());
    for (const std::size_t i : order) permuted.push_back(column[i]);
    column = std::move(permuted);
  });
  return c;
}

Catalogue Batches::fetch(std::size_t first, std::size_t last) {
  Catalogue c;
  parallel::together(ranks_, [&] { c = take(first, last); });
  std::vector<Finding> done = repair(c, repairs_, particle_mass_msun_, cosmology_, ranks_);
  if (repaired_.empty())
    repaired_ = std::move(done);
  else
    for (std::size_t i = 0; i < done.size(); ++i) {
      repaired_[i].count += done[i].count;
      repaired_[i].of += done[i].of;
    }
  parallel::together(ranks_, [&] { validate(c, description_.source, description_.box_cmpc); });
  refuse_shared_ids(c, description_.source, ranks_);
  return in_canonical_order(std::move(c));
}

std::unique_ptr<Batches> open_batches(const Parameters& parameters, const EpsParameters& eps,
                                      const cosmology::Cosmology& cosmology, random::Seed seed,
                                      const parallel::Communicator& ranks) {
  std::unique_ptr<Batches> batches;
  parallel::together(ranks, [&] {
    const Format format = format_of(parameters);
    if (format == Format::eps)
      batches = std::make_unique<Grown>(parameters, eps, cosmology, seed, ranks);
    else
      batches = std::make_unique<Streamed>(parameters, format, cosmology, ranks);
  });
  return batches;
}

std::vector<std::pair<std::size_t, std::size_t>> windows(const std::vector<double>& predicted_halos, double halos) {
  std::vector<std::pair<std::size_t, std::size_t>> runs;
  for (std::size_t first = 0; first < predicted_halos.size();) {
    std::size_t last = first;
    double n = 0.0;
    while (last < predicted_halos.size() && (last == first || n + predicted_halos[last] <= halos))
      n += predicted_halos[last++];
    runs.emplace_back(first, last);
    first = last;
  }
  return runs;
}

}  // namespace cecropia::tree
