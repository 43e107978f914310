#include "cecropia/tree/batches.hpp"

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <tuple>

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
  Grown(const EpsParameters& eps, const cosmology::Cosmology& cosmology, random::Seed seed,
        const parallel::Communicator& ranks)
      : eps_(eps), cosmology_(cosmology), seed_(seed), ranks_(ranks) {
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
    predicted_halos_ = eps_cost(eps, cosmology);
  }

 private:
  const parallel::Communicator& ranks() const override { return ranks_; }
  Catalogue take(std::size_t first, std::size_t last) const override {
    Catalogue c;
    parallel::together(ranks_, [&] {
      c = grow_eps(eps_, cosmology_, seed_, static_cast<std::int64_t>(first), static_cast<std::int64_t>(last));
    });
    return c;
  }

  EpsParameters eps_;
  const cosmology::Cosmology& cosmology_;
  random::Seed seed_;
  const parallel::Communicator& ranks_;
};

/// Forests are read when they are asked for.
class Streamed final : public Batches {
 public:
  Streamed(const Parameters& parameters, Format format, const cosmology::Cosmology& cosmology,
           const parallel::Communicator& ranks)
      : reader_(open(parameters, format, cosmology.parameters())), ranks_(ranks) {
    const SetFacts& facts = reader_->facts();
    const cosmology::Parameters& c = cosmology.parameters();
    check_cosmology(facts, parameters, c);
    volume_cmpc3_ = volume_of(*reader_, parameters);
    std::string name;
    for (const auto& named : format_names)
      if (named.value == format) name = named.name;
    description_ = {last_part(parameters.path),
                    name,
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
  const parallel::Communicator& ranks() const override { return ranks_; }
  Catalogue take(std::size_t first, std::size_t last) const override {
    Catalogue c;
    parallel::together(ranks_, [&] { c = read_forests(*reader_, first, last, volume_cmpc3_); });
    return c;
  }

  std::unique_ptr<Reader> reader_;
  const parallel::Communicator& ranks_;
  double volume_cmpc3_ = 0.0;
};

/// A set that was read whole; its halos travel to the rank that asks.
class Held final : public Batches {
 public:
  Held(const Parameters& parameters, const EpsParameters& eps, const cosmology::Cosmology& cosmology, random::Seed seed,
       const parallel::Communicator& ranks)
      : ranks_(ranks) {
    ForestInfo info;
    mine_ = in_canonical_order(read_catalogue(parameters, eps, cosmology, seed, ranks, info));
    const cosmology::Parameters& c = cosmology.parameters();
    description_ = {
        last_part(info.source), info.format, c.omega_m,    cosmology.omega_lambda(), c.h, mine_.redshift, info.box_cmpc,
        info.volume_cmpc3,      0.0,         info.warnings};
    begin_.assign(mine_.forest_id.size() + 1, 0);
    for (const std::uint32_t f : mine_.forest) ++begin_[f + 1];
    std::partial_sum(begin_.begin(), begin_.end(), begin_.begin());
    std::vector<double> halos;
    for (std::size_t f = 0; f + 1 < begin_.size(); ++f) halos.push_back(static_cast<double>(begin_[f + 1] - begin_[f]));
    predicted_halos_ = ranks.gather_all(halos);
    first_mine_ = static_cast<std::size_t>(ranks.exclusive_sum(static_cast<std::int64_t>(halos.size())));
    has_position_ = ranks.any(!mine_.position_cmpc.empty());
    has_expected_ = ranks.any(!mine_.n_progenitors_expected.empty());
  }

 private:
  struct Range {
    std::uint64_t first, last;
  };
  struct Travelling {
    HaloRow halo;
    std::uint32_t forest;  ///< of those that were asked for
    std::int32_t n_progenitors_expected;
  };
  struct ForestRow {
    std::int64_t id;
    double weight_per_cmpc3;
  };

  const parallel::Communicator& ranks() const override { return ranks_; }

  Catalogue take(std::size_t first, std::size_t last) const override {
    const std::vector<Range> asked = ranks_.gather_all(std::vector<Range>{{first, last}});
    std::vector<std::vector<Travelling>> halos(asked.size());
    std::vector<std::vector<ForestRow>> forests(asked.size());
    for (std::size_t to = 0; to < asked.size(); ++to) {
      const std::size_t n_mine = begin_.size() - 1;
      const std::size_t low = std::clamp(asked[to].first, first_mine_, first_mine_ + n_mine);
      const std::size_t high = std::clamp(asked[to].last, low, first_mine_ + n_mine);
      for (std::size_t f = low; f < high; ++f) {
        const std::size_t local = f - first_mine_;
        forests[to].push_back({mine_.forest_id[local], mine_.weight_per_cmpc3[local]});
        for (std::size_t h = begin_[local]; h < begin_[local + 1]; ++h)
          halos[to].push_back(row(h, static_cast<std::uint32_t>(f - asked[to].first)));
      }
    }
    Catalogue c;
    c.redshift = mine_.redshift;
    for (const ForestRow& f : ranks_.exchange(forests)) {
      c.forest_id.push_back(f.id);
      c.weight_per_cmpc3.push_back(f.weight_per_cmpc3);
    }
    for (const Travelling& t : ranks_.exchange(halos)) {
      append(c, t.halo, t.forest, has_position_);
      if (has_expected_) c.n_progenitors_expected.push_back(t.n_progenitors_expected);
    }
    return c;
  }
  Travelling row(std::size_t h, std::uint32_t forest) const {
    Travelling t{};
    t.halo = {mine_.id[h], mine_.descendant_id[h], mine_.host_id[h], mine_.level[h], mine_.m_vir_msun[h],
              {},          mine_.flags[h]};
    if (has_position_) t.halo.position_cmpc = mine_.position_cmpc[h];
    t.forest = forest;
    t.n_progenitors_expected = has_expected_ ? mine_.n_progenitors_expected[h] : -1;
    return t;
  }

  const parallel::Communicator& ranks_;
  Catalogue mine_;
  std::vector<std::size_t> begin_;  ///< first halo of each of my forests
  std::size_t first_mine_ = 0;      ///< my first forest
  bool has_position_ = false, has_expected_ = false;
};

template <class T>
void permute(std::vector<T>& column, const std::vector<std::size_t>& order) {
  if (column.empty()) return;
  std::vector<T> permuted;
  permuted.reserve(order.size());
  for (const std::size_t i : order) permuted.push_back(column[i]);
  column = std::move(permuted);
}

}  // namespace

Catalogue in_canonical_order(Catalogue c) {
  std::vector<std::size_t> order(c.n_halos());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::tie(c.forest[a], c.level[a], c.id[a]) < std::tie(c.forest[b], c.level[b], c.id[b]);
  });
  permute(c.id, order);
  permute(c.descendant_id, order);
  permute(c.host_id, order);
  permute(c.level, order);
  permute(c.m_vir_msun, order);
  permute(c.position_cmpc, order);
  permute(c.flags, order);
  permute(c.forest, order);
  permute(c.n_progenitors_expected, order);
  return c;
}

Catalogue Batches::fetch(std::size_t first, std::size_t last) const {
  Catalogue c = take(first, last);
  parallel::together(ranks(), [&] { validate(c, description_.source); });
  return in_canonical_order(std::move(c));
}

std::unique_ptr<Batches> open_batches(const Parameters& parameters, const EpsParameters& eps,
                                      const cosmology::Cosmology& cosmology, random::Seed seed,
                                      const parallel::Communicator& ranks) {
  std::unique_ptr<Batches> batches;
  bool has_reader = false;
  parallel::together(ranks, [&] {
    const Format format = format_of(parameters);
    if (format == Format::eps) batches = std::make_unique<Grown>(eps, cosmology, seed, ranks);
    for (const KnownFormat& known : known_formats())
      if (known.format == format) batches = std::make_unique<Streamed>(parameters, format, cosmology, ranks);
    has_reader = batches != nullptr;
  });
  if (!has_reader) batches = std::make_unique<Held>(parameters, eps, cosmology, seed, ranks);
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
