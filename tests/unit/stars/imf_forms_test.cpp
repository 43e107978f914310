// The forms of IMF beyond Kroupa's and one power law, each against its formula written a second time.
#include "imf_forms.hpp"

#include <gtest/gtest.h>

#include <boost/math/quadrature/tanh_sinh.hpp>
#include <set>

#include "cecropia/core/error.hpp"

namespace {
using namespace cecropia;
using namespace cecropia::stars;
using testing_stars::every_form;
using testing_stars::Form;

/// int m^power shape dm between two masses, by another quadrature than the one under test.
double numeric(const Form& form, double power, double from, double to) {
  static boost::math::quadrature::tanh_sinh<double> quadrature;
  double sum = 0.0;
  for (std::size_t i = 0; i + 1 < form.kinks.size(); ++i) {
    const double a = std::max(from, form.kinks[i]), b = std::min(to, form.kinks[i + 1]);
    if (!(b > a)) continue;
    const double inside = 1e-15;  // the formula of the piece, also at its edges
    sum += quadrature.integrate(
        [&](double x) {
          const double m = std::clamp(std::exp(x), a * (1 + inside), b * (1 - inside));
          return std::pow(m, power + 1.0) * form.shape(m);
        },
        std::log(a), std::log(b), 1e-14);
  }
  return sum;
}

TEST(ImfForms, EveryNameOfTheParameterIsTried) {
  std::set<std::string> tried;
  for (const Form& form : every_form()) tried.insert(form.name.substr(0, form.name.find(' ')));
  for (const auto& name : imf_form_names) EXPECT_TRUE(tried.count(std::string(name.name))) << name.name;
}

TEST(ImfForms, FormOneSolarMassOfStars) {
  for (const Form& form : every_form()) EXPECT_NEAR(form.imf().mass(0, 1e9), 1.0, 1e-13) << form.name;
}

TEST(ImfForms, DensitiesAreTheFormulaNormalised) {
  for (const Form& form : every_form()) {
    const Imf imf = form.imf();
    const double total = numeric(form, 1.0, 0, 1e9);
    EXPECT_EQ(imf.m_min_msun(), form.kinks.front()) << form.name;
    EXPECT_EQ(imf.m_max_msun(), form.kinks.back()) << form.name;
    for (double m : {0.11, 0.299, 0.9999, 1.0001, 3.3, 9.9, 12.0, 29.0, 31.0, 54.0, 100.0, 119.9})
      EXPECT_NEAR(imf.density(m) * total / form.shape(m), 1.0, 1e-11) << form.name << " " << m;
    EXPECT_EQ(imf.density(form.kinks.front() * 0.999), 0.0);
    EXPECT_EQ(imf.density(form.kinks.back() * 1.001), 0.0);
  }
}

TEST(ImfForms, AreContinuousInsideTheirLimits) {
  for (const Form& form : every_form())
    for (std::size_t i = 1; i + 1 < form.kinks.size(); ++i)
      EXPECT_NEAR(form.imf().density(form.kinks[i] * (1 - 1e-12)) / form.imf().density(form.kinks[i]), 1.0, 1e-9)
          << form.name << " " << form.kinks[i];
}

// IMF-3
TEST(ImfForms, MomentsAgreeWithQuadratureOfTheFormula) {
  for (const Form& form : every_form()) {
    const Imf imf = form.imf();
    const double total = numeric(form, 1.0, 0, 1e9);
    for (double power : {-0.5, 0.0, 0.3, 1.0, 1.35, 2.0, 3.5})
      for (const auto& [from, to] : {std::pair(0.0, 1e9), std::pair(0.07, 0.5), std::pair(0.4, 3.0),
                                     std::pair(5.0, 1e9), std::pair(8.0, 40.0), std::pair(100.0, 110.0)})
        EXPECT_NEAR(imf.moment(power, from, to) * total / numeric(form, power, from, to), 1.0, 2e-12)
            << form.name << " power " << power << " from " << from;
  }
}

TEST(ImfForms, NarrowIntervalsKeepTheirDigitsAndAddUp) {
  for (const Form& form : every_form()) {
    const Imf imf = form.imf();
    for (double m : {0.06, 0.2, 0.95, 2.0, 20.0, 99.0}) {
      if (m < imf.m_min_msun()) continue;
      const double to = m * 1.0005, half = 0.5 * (to - m), middle = m + half;  // a fortieth of a mass cell
      const auto simpson = [&](double power) {
        const auto f = [&](double x) { return std::pow(x, power) * imf.density(x); };
        return half / 3.0 * (f(m) + 4.0 * f(middle) + f(to));
      };
      EXPECT_NEAR(imf.number(m, to) / simpson(0.0), 1.0, 1e-12) << form.name << " " << m;
      EXPECT_NEAR(imf.mass(m, to) / simpson(1.0), 1.0, 1e-12) << form.name << " " << m;
    }
    for (double cut : {0.07, 0.31, 1.0, 7.7, 90.0})
      EXPECT_NEAR((imf.number(0, cut) + imf.number(cut, 1e9)) / imf.number(0, 1e9), 1.0, 1e-13) << form.name;
    double cells = 0.0;  // as a population adds them up
    for (double m = 5.0; m < 260.0; m *= 1.018) cells += imf.mass(m, m * 1.018);
    EXPECT_NEAR(cells / imf.mass(5, 1e9), 1.0, 1e-13) << form.name;
  }
}

TEST(ImfForms, PowerLawsKeepEveryBitOfTheClosedFormOfTheManual) {
  const std::vector<double> breaks{0.01, 0.08, 0.5, 250.0}, slopes{0.3, 1.3, 2.3};
  const auto closed = [](double p, double a, double b) {
    const double n = p + 1.0;
    return std::pow(a, n) * (std::expm1(n * std::log(b / a)) / n);
  };
  std::vector<double> k{1.0};
  for (std::size_t i = 1; i < 3; ++i) k.push_back(k.back() * std::pow(breaks[i], slopes[i] - slopes[i - 1]));
  const auto moment = [&](double p, double from, double to) {
    double sum = 0.0;
    for (std::size_t i = 0; i < 3; ++i) {
      const double a = std::max(from, breaks[i]), b = std::min(to, breaks[i + 1]);
      if (b > a) sum += k[i] * closed(p - slopes[i], a, b);
    }
    return sum;
  };
  const double total = moment(1.0, 0.01, 250.0);
  for (double& x : k) x /= total;
  const Imf imf = Imf::kroupa(0.01, 250.0);
  for (double power : {0.0, 1.0, 0.7})
    for (double from : {0.0, 0.02, 5.0, 8.03, 20.1, 140.0})
      for (double to : {0.2, 5.4, 20.45, 150.0, 1e9}) {
        if (to > from) {
          EXPECT_EQ(imf.moment(power, from, to), moment(power, from, to)) << power << " " << from;
        }
      }
}

// IMF-8
TEST(ImfForms, ChabrierJoinsThePrintedNormalisationsAndHasItsKnownMean) {
  // Chabrier (2003) prints 0.158 per dex of log-normal and 0.0443 m^-1.3 above 1 Msun, which join within a percent.
  EXPECT_NEAR(0.158 * std::exp(-std::pow(std::log10(1.0 / 0.079), 2) / (2 * 0.69 * 0.69)) / 0.0443, 1.0, 0.01);
  const Imf imf = Imf::chabrier(0.1, 100);
  EXPECT_NEAR(imf.number(0.1, 1.0) / imf.number(1.0, 100),
              0.158 * 0.69 * std::log(10.0) * std::sqrt(2 * std::acos(-1.0)) * 0.5 *
                  (std::erf(std::log10(1 / 0.079) / 0.69 / std::sqrt(2.0)) -
                   std::erf(std::log10(0.1 / 0.079) / 0.69 / std::sqrt(2.0))) /
                  (0.0443 / 1.3 * (1 - std::pow(100.0, -1.3))),
              0.01 * imf.number(0.1, 1.0) / imf.number(1.0, 100));
  // Wholly on one side of the join it is the log-normal or the power law alone.
  EXPECT_NEAR(Imf::chabrier(2, 50).number(10, 20) / Imf::power_law(2, 50, 2.3).number(10, 20), 1.0, 1e-14);
  EXPECT_NEAR(Imf::chabrier(0.02, 0.9).mass(0, 1), 1.0, 1e-14);
}

// IMF-9
TEST(ImfForms, ChonIsSalpeterLikeAtSolarMetallicityAndTopHeavyWithoutMetals) {
  const auto at = [](double z) { return Imf::chon(0.04, 150, z, 1e-4); };
  for (double z : {0.02, 0.002, 2e-4, 2e-6, 1e-11}) EXPECT_NEAR(at(z).mass(0.04, 150), 1.0, 1e-13);
  EXPECT_NEAR(at(0.02).mass(10, 1e9), 0.311, 0.01 * 0.311);
  EXPECT_NEAR(at(2e-6).mass(10, 1e9), 0.905, 0.01 * 0.905);
  // Far above its scale and far below the cut the slope is 2.3 at solar and 0.98 at 1e-4 of it.
  const auto slope = [](const Imf& f, double m) {  // the exponential cut taken out
    return -std::log(f.density(m * 1.01) / f.density(m)) / std::log(1.01) - m * 0.01 / 150.0 / std::log(1.01) +
           0.04 / m * (0.01 / 1.01) / std::log(1.01);
  };
  EXPECT_NEAR(slope(at(0.02), 20.0), 2.3, 1e-6);
  EXPECT_NEAR(slope(at(2e-6), 2.0), 2.3 - 4 * 0.33, 1e-6);
  // Below the floor nothing changes; the floor is a parameter.
  EXPECT_EQ(at(1e-11), at(2e-6));
  EXPECT_FALSE(at(1e-11) == Imf::chon(0.04, 150, 1e-11, 1e-5));
  EXPECT_EQ(Imf::chon(0.04, 150, 1e-11, 1e-5), Imf::chon(0.04, 150, 2e-7, 1e-5));
  for (double z = 2e-6; z < 0.04; z *= 2) EXPECT_GT(at(z).mass(10, 1e9), at(2 * z).mass(10, 1e9));
}

TEST(ImfForms, TabulatedIsPowerLawsThroughItsNodesInAnyNormalisation) {
  std::vector<double> m, dn;
  for (double x = 0.01; x < 250.0; x *= 1.05) {
    m.push_back(x);
    dn.push_back(Imf::kroupa(0.01, 300).density(x));
  }
  for (double b : {0.08, 0.5, 250.0}) {
    const auto i = std::lower_bound(m.begin(), m.end(), b) - m.begin();
    m.insert(m.begin() + i, b);
    dn.insert(dn.begin() + i, Imf::kroupa(0.01, 300).density(b));
  }
  for (double& x : dn) x *= 7e10;
  const Imf table = Imf::tabulated(m, dn, 250.0), kroupa = Imf::kroupa(0.01, 250.0);
  for (double power : {0.0, 1.0, 2.2})
    for (double from : {0.0, 0.09, 5.0, 60.0})
      EXPECT_NEAR(table.moment(power, from, 1e9) / kroupa.moment(power, from, 1e9), 1.0, 1e-12);
  // Cut inside the nodes it is the IMF with that limit.
  const Imf cut = Imf::tabulated(m, dn, 77.7);
  EXPECT_NEAR(cut.number(5, 1e9) / Imf::kroupa(0.01, 77.7).number(5, 1e9), 1.0, 1e-12);
  EXPECT_EQ(cut.m_max_msun(), 77.7);
  // A step of many orders between two near nodes loses nothing.
  const Imf step = Imf::tabulated({1, 10, 10.001, 100}, {1.0, 1.0, 1e-8, 1e-8}, 100);
  EXPECT_NEAR(step.number(10.001, 100) / step.number(1, 10), 1e-8 * 89.999 / 9, 1e-13 * 1e-7);
}

TEST(ImfForms, ImpossibleNumbersAreRefused) {
  EXPECT_THROW(Imf::chabrier(2, 1), InputError);
  EXPECT_THROW(Imf::chabrier(0, 100), InputError);
  EXPECT_THROW(Imf::chon(0.04, 0.03, 0.02), InputError);
  EXPECT_THROW(Imf::chon(0.04, 150, 0.02, 0.0), InputError);
  EXPECT_THROW(Imf::broken_power_law(0.1, 100, {1.0}, {1.0}), InputError);
  EXPECT_THROW(Imf::broken_power_law(0.1, 100, {5.0, 1.0}, {1.0, 2.0, 3.0}), InputError);
  EXPECT_THROW(Imf::broken_power_law(0.1, 100, {1.0, 1.0}, {1.0, 2.0, 3.0}), InputError);
  EXPECT_THROW(Imf::tabulated({1, 2}, {1, 0}, 2), InputError);
  EXPECT_THROW(Imf::tabulated({2, 1}, {1, 1}, 1), InputError);
  EXPECT_THROW(Imf::tabulated({1, 2}, {1, 1}, 3), InputError);
  EXPECT_THROW(Imf::tabulated({1, 2}, {1, 1}, 1), InputError);
  EXPECT_THROW(Imf::tabulated({1, 2, 3}, {1e308, 1e308, 1e308}, 3), InputError);
}

}  // namespace
