// Drawing from every form of IMF, and which population stars of a metallicity and redshift come from.
#include "cecropia/stars/populations.hpp"

#include <gtest/gtest.h>

#include <array>
#include <boost/math/distributions/chi_squared.hpp>
#include <cmath>

#include "cecropia/core/error.hpp"
#include "cecropia/stars/builder.hpp"
#include "cecropia/stars/parameters.hpp"
#include "imf_forms.hpp"

namespace {
using namespace cecropia;
using namespace cecropia::stars;
using testing_stars::every_form;
using testing_stars::Form;

const Tables& standard() {
  static const Tables tables = build({});
  return tables;
}
random::Stream stream(std::uint64_t id) { return {{20261121, 0}, id, 0, 0, random::Purpose::test}; }
constexpr double no_limit = 1e300;

/// What is compared of the stars that were drawn.
enum Quantity : std::size_t { number, mass, photons, energy, metals, n_quantities };
constexpr std::array<const char*, n_quantities> names{"number", "mass", "photons", "energy", "metals"};
using Amounts = std::array<double, n_quantities>;

/// Mean and variance per Msun formed: integrals of the IMF over nearest neighbours, without a Population.
std::pair<Amounts, Amounts> analytic(const Imf& imf, std::size_t i_z) {
  Amounts mean{}, variance{};
  const auto& edges = standard().m_edges_msun();
  for (std::size_t j = 0; j < standard().n_m(); ++j) {
    const double from = std::max(edges[j], 5.0), n = imf.number(from, edges[j + 1]);
    if (!(n > 0.0)) continue;
    const Star& s = standard().at(i_z, j);
    const Amounts each{1.0, imf.mass(from, edges[j + 1]) / n, std::pow(10.0, s.log10_q_per_s - 48.0) * s.lifetime_myr,
                       s.e_sn_erg / 1e51, s.wind_metals_msun() + s.sn_metals_msun()};
    for (std::size_t q = 0; q < n_quantities; ++q) {
      mean[q] += n * each[q];
      variance[q] += n * each[q] * each[q];
    }
  }
  return {mean, variance};
}

/// `blocks` sums over `seeds` draws each; chi-square of the sums against the compound Poisson expectation.
void expect_moments(const Form& form, double expected_msun, std::size_t i_z) {
  constexpr int blocks = 40, seeds = 50;
  const Imf imf = form.model.at(standard().z_grid()[i_z], 8.0);
  const Population p(standard(), imf, 5.0, {i_z, i_z});
  const auto [mean, variance] = analytic(imf, i_z);
  Amounts chi2{};
  std::vector<Population::Born> born;
  for (int b = 0; b < blocks; ++b) {
    Amounts sum{};
    for (int i = 0; i < seeds; ++i) {
      random::Stream s = stream(static_cast<std::uint64_t>(b * seeds + i));
      const double formed = p.sample(expected_msun, no_limit, i_z, s, born);
      double drawn = 0.0;
      for (const auto& [kind, count] : born) {
        const auto n = static_cast<double>(count);
        const Amounts each{1.0, static_cast<double>(kind->mass_msun),
                           static_cast<double>(kind->q_1e48_per_s) * static_cast<double>(kind->lifetime_myr),
                           static_cast<double>(kind->e_sn_1e51_erg), static_cast<double>(kind->ejecta_msun[metal_z])};
        for (std::size_t q = 0; q < n_quantities; ++q) sum[q] += n * each[q];
        drawn += n * each[mass];
      }
      ASSERT_NEAR(formed, drawn + expected_msun * imf.mass(0, 5.0), 1e-6 * formed);
    }
    const double msun = seeds * expected_msun;
    for (std::size_t q = 0; q < n_quantities; ++q)
      chi2[q] += (sum[q] - msun * mean[q]) * (sum[q] - msun * mean[q]) / (msun * variance[q]);
  }
  for (std::size_t q = 0; q < n_quantities; ++q) {
    const double chance = boost::math::cdf(boost::math::complement(boost::math::chi_squared(blocks), chi2[q]));
    EXPECT_GT(chance, 1e-4) << form.name << ", " << names[q] << ", " << expected_msun << " Msun";
    EXPECT_LT(chance, 1 - 1e-4) << form.name << ", " << names[q] << ", " << expected_msun << " Msun";
  }
}

TEST(SamplingOfEveryForm, NumberMassPhotonsEnergyAndMetalsAreTheImfIntegralsByChiSquareOverTwoThousandSeeds) {
  for (const Form& form : every_form())
    for (double expected_msun : {3e3, 1e6}) expect_moments(form, expected_msun, standard().nearest_z(form.z_metal));
}

TEST(Populations, ThereIsOneWhereNothingDependsOnAnything) {
  for (const Form& form : every_form()) {
    if (form.model.depends_on_metallicity()) continue;
    const Populations all(standard(), form.model, {.first = 1});
    EXPECT_EQ(all.all().size(), 1u) << form.name;
    EXPECT_FALSE(all.depends_on_redshift());
    for (std::size_t z = 0; z < standard().n_z(); ++z) EXPECT_EQ(&all.at(z, 6.0), &all.all().front());
  }
}

TEST(Populations, OfAnImfThatDependsOnNothingAreThePopulationItself) {
  const Populations all(standard(), Imf::kroupa(0.01, 250), {.first = 1});
  const Population one(standard(), Imf::kroupa(0.01, 250));
  ASSERT_EQ(all.at(4, 7.0).n_groups(), one.n_groups());
  std::vector<Population::Born> a, b;
  for (std::uint64_t i = 0; i < 100; ++i) {
    random::Stream s = stream(i), t = stream(i);
    ASSERT_EQ(all.at(4, 7.0).sample(2e4, no_limit, 4, s, a), one.sample(2e4, no_limit, 4, t, b));
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t k = 0; k < a.size(); ++k) {
      ASSERT_EQ(a[k].count, b[k].count);
      ASSERT_EQ(a[k].kind->mass_msun, b[k].kind->mass_msun);
    }
  }
  double longest = 0.0;
  for (std::size_t z = 0; z < one.n_z(); ++z)
    for (std::size_t i = 0; i < one.n_cells(); ++i)
      longest = std::max(longest, static_cast<double>(one.cell(z, i).lifetime_myr));
  EXPECT_EQ(all.longest_life_myr(), longest);
}

TEST(Populations, OfChonHaveTheImfOfEveryMetallicityBinAndShareWhatIsEqual) {
  Parameters p;
  p.imf2_form = ImfForm::chon;
  p.imf2_max_msun = 150.0;
  const Populations all(standard(), ImfModel(p.imf_ii()), {.first = 1});
  EXPECT_EQ(all.all().size(), 12u) << "Z = 1e-6 (the floor, and Z = 1e-11 with it) to 0.03";
  for (std::size_t z = 1; z < standard().n_z(); ++z) {
    const Population& population = all.at(z, 6.0);
    EXPECT_EQ(population.imf(), Imf::chon(0.04, 150, standard().z_grid()[z])) << z;
    EXPECT_LE(population.first_z(), z);
    EXPECT_LT(z, population.first_z() + population.n_z());
    double q = 0.0;
    for (std::size_t i = 0; i < population.n_cells(); ++i)
      q += population.cell_number_per_msun(i) * static_cast<double>(population.cell(z, i).q_1e48_per_s);
    EXPECT_EQ(population.photons_1e48_per_s_msun(z), q);
  }
  EXPECT_EQ(&all.at(0, 6.0), &all.at(1, 6.0)) << "stars of this kind are never born in bin 0";
}

TEST(Populations, FollowAnUpperLimitThatDependsOnMetallicity) {
  Parameters p;
  p.imf2_max_metallicity = {1e-3, 1.0001e-3, 0.01, 0.02};
  p.imf2_max_values_msun = {300.0, 200.0, 200.0, 100.0};
  const ImfModel model(p.imf_ii());
  const Populations all(standard(), model, {.first = 1});
  for (std::size_t z = 1; z < standard().n_z(); ++z) {
    const double z_metal = standard().z_grid()[z], m_max = all.at(z, 6.0).imf().m_max_msun();
    EXPECT_EQ(m_max, model.m_max_msun(z_metal, 6.0)) << z_metal;
    if (z_metal <= 1e-3) {
      EXPECT_EQ(m_max, 300.0);
    } else if (z_metal <= 0.01) {
      EXPECT_NEAR(m_max, 200.0, 1e-9);
    }
    if (z_metal >= 0.02) {
      EXPECT_EQ(m_max, 100.0);
    }
  }
  EXPECT_NE(all.at(standard().nearest_z(0.014), 6.0).imf().m_max_msun(), 200.0) << "between two nodes";
  EXPECT_LT(all.all().size(), 8u);
}

TEST(Populations, FollowAnUpperLimitThatDependsOnRedshiftWithinOnePercent) {
  Parameters p;
  p.imf3_max_redshift = {10.0, 20.0};
  p.imf3_max_values_msun = {100.0, 260.0};
  const ImfModel model(p.imf_iii());
  const Populations all(standard(), model, {.last = 1});
  EXPECT_TRUE(all.depends_on_redshift());
  EXPECT_EQ(all.at(0, 3.0).imf().m_max_msun(), 100.0);
  EXPECT_EQ(all.at(0, 10.0 - 1e-12).imf().m_max_msun(), 100.0);
  EXPECT_EQ(all.at(0, 20.0).imf().m_max_msun(), 260.0);
  EXPECT_EQ(all.at(0, 40.0).imf().m_max_msun(), 260.0);
  for (double z = 3.0; z < 30.0; z += 0.0371)
    EXPECT_NEAR(all.at(0, z).imf().m_max_msun() / model.m_max_msun(0, z), 1.0, 0.0101) << z;
  for (double z = 10.0; z < 19.9; z += 0.5)
    EXPECT_LE(all.at(0, z).imf().m_max_msun(), all.at(0, z + 0.1).imf().m_max_msun());
}

TEST(Populations, FollowRedshiftAndMetallicityTogetherWhereTheFormDependsOnMetallicity) {
  Parameters p;
  p.imf2_form = ImfForm::chon;
  p.imf2_max_redshift = {8.0, 9.0};
  p.imf2_max_values_msun = {150.0, 165.0};
  const Populations all(standard(), ImfModel(p.imf_ii()), {.first = 1});
  EXPECT_EQ(all.all().size(), 12u * 7u) << "five bins between the nodes, one on either side";
  EXPECT_EQ(all.at(5, 2.0).imf(), Imf::chon(0.04, 150, standard().z_grid()[5]));
  EXPECT_EQ(all.at(9, 12.0).imf(), Imf::chon(0.04, 165, standard().z_grid()[9]));
}

TEST(Populations, WithoutMassiveStarsAtOneMetallicityAreRefused) {
  Parameters p;
  p.imf2_max_metallicity = {1e-3, 1e-2};
  p.imf2_max_values_msun = {100.0, 20.0};
  EXPECT_NO_THROW(Populations(standard(), ImfModel(p.imf_ii()), {.first = 1}, 15.0));
  EXPECT_THROW(Populations(standard(), ImfModel(p.imf_ii()), {.first = 1}, 21.0), InputError);
  EXPECT_THROW(Population(standard(), Imf::power_law(1, 300, 200)), InputError)
      << "nothing but rounding is left at 300 Msun";
}

}  // namespace
