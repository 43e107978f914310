#include "cecropia/cosmology/power.hpp"

#include <algorithm>
#include <boost/math/quadrature/gauss.hpp>
#include <cmath>

#include "cecropia/core/constants.hpp"
#include "cecropia/core/error.hpp"

namespace cecropia::cosmology {

namespace k = constants;

namespace {

constexpr double ln_m_first = 6.90775527898213705;  // ln 1e3
constexpr double ln_m_last = 36.8413614879047309;   // ln 1e16
constexpr std::size_t n_masses = 601;               // 0.05 in ln M: interpolation error of sigma below 1e-9
constexpr double k_smallest_h_mpc = 1e-7;           // scales beyond add less than 1e-16 of the variance
constexpr double x_averaged = 20.0 * k::pi;         // beyond this k R the window's oscillation is averaged
constexpr double x_largest = 1e4;                   // the rest is below 1e-13 of the variance

/// The no-wiggle fit with everything that does not depend on k worked out once.
struct NoWiggle {
  double theta2, gamma, alpha, s_mpc, omega_m_h;
  explicit NoWiggle(const Parameters& p) {
    const double om = p.omega_m * p.h * p.h, ob = p.omega_b * p.h * p.h, fb = p.omega_b / p.omega_m;
    const double theta = p.t_cmb_k / 2.7;
    theta2 = theta * theta;
    s_mpc = 44.5 * std::log(9.83 / om) / std::sqrt(1.0 + 10.0 * std::pow(ob, 0.75));
    alpha = 1.0 - 0.328 * std::log(431.0 * om) * fb + 0.38 * std::log(22.3 * om) * fb * fb;
    omega_m_h = p.omega_m * p.h;
    gamma = 0.43 * p.h * s_mpc;  // times k in h/Mpc: 0.43 k s with k in 1/Mpc
  }
  double operator()(double k_h_mpc) const {
    const double x = gamma * k_h_mpc, x2 = x * x;
    const double gamma_eff = omega_m_h * (alpha + (1.0 - alpha) / (1.0 + x2 * x2));
    const double q = k_h_mpc * theta2 / gamma_eff;
    const double l = std::log(2.0 * 2.71828182845904524 + 1.8 * q);
    return l / (l + (14.2 + 731.0 / (1.0 + 62.5 * q)) * q * q);
  }
};

/// Square of the top-hat window at x = kR, and its derivative with respect to ln x.
struct Window {
  double w2, dw2_dlnx;
};

Window window(double x) {
  double w = 0.0, dw_dlnx = 0.0;
  const double x2 = x * x;
  if (x < 0.3) {  // the closed form cancels to nothing as x -> 0
    w = 1.0 - x2 / 10.0 * (1.0 - x2 / 28.0 * (1.0 - x2 / 54.0 * (1.0 - x2 / 88.0)));
    dw_dlnx = -x2 / 5.0 * (1.0 - x2 / 14.0 * (1.0 - x2 / 36.0 * (1.0 - x2 / 66.0)));
  } else {
    const double s = std::sin(x), c = std::cos(x);
    w = 3.0 * (s - x * c) / (x2 * x);
    dw_dlnx = 3.0 * ((x2 - 3.0) * s + 3.0 * x * c) / (x2 * x);
  }
  return {w * w, 2.0 * w * dw_dlnx};
}

/// Mean of the above over one oscillation.
Window averaged_window(double x) {
  const double i2 = 1.0 / (x * x), i4 = i2 * i2;
  return {4.5 * i4 * (1.0 + i2), -4.5 * i4 * (4.0 + 6.0 * i2)};
}

struct Moments {
  double variance = 0.0, dvariance_dlnr = 0.0;
};

/// Variance in spheres of radius R [Mpc/h] of the spectrum k^n T^2 (not normalised), and its derivative.
Moments moments(const NoWiggle& transfer, double n_s, double r_mpc_h, double k_cut_h_mpc) {
  Moments sum;
  const auto panel = [&](double a, double b, bool averaged, bool linear) {
    // 7 positive abscissae and the middle of the 15-point Gauss-Legendre rule on [-1, 1]
    using Rule = boost::math::quadrature::gauss<double, 15>;
    const auto& abscissa = Rule::abscissa();
    const auto& weight = Rule::weights();
    const double middle = 0.5 * (a + b), half = 0.5 * (b - a);
    const auto add = [&](double y, double w) {
      const double x = linear ? y : std::exp(y);
      const double kk = x / r_mpc_h, t = transfer(kk);
      const double power = std::exp((3.0 + n_s) * std::log(kk)) * t * t * (linear ? 1.0 / x : 1.0) * w * half;
      const Window win = averaged ? averaged_window(x) : window(x);
      sum.variance += power * win.w2;
      sum.dvariance_dlnr += power * win.dw2_dlnx;
    };
    add(middle, weight[0]);
    for (std::size_t i = 1; i < abscissa.size(); ++i) {
      add(middle - half * abscissa[i], weight[i]);
      add(middle + half * abscissa[i], weight[i]);
    }
  };
  const auto stretch = [&](double a, double b, double width, bool averaged, bool linear) {
    if (!(b > a)) return;
    const auto n = static_cast<std::size_t>(std::ceil((b - a) / width));
    const double step = (b - a) / static_cast<double>(n);
    for (std::size_t i = 0; i < n; ++i)
      panel(a + step * static_cast<double>(i), a + step * static_cast<double>(i + 1), averaged, linear);
  };
  // Smooth in ln k up to x = 1, then half a period of the squared window at a time, then averaged in ln k.
  const double x_first = std::max(k_smallest_h_mpc, k_cut_h_mpc) * r_mpc_h;
  stretch(std::log(x_first), 0.0, 0.75, false, false);
  stretch(std::max(1.0, x_first), x_averaged, 0.5 * k::pi, false, true);
  stretch(std::log(std::max(x_averaged, x_first)), std::log(std::max(x_largest, 10.0 * x_first)), 1.0, true, false);
  return sum;
}

/// Radius [Mpc/h] of the sphere that holds M at the mean density.
double radius_mpc_h(const Cosmology& c, double m_msun) {
  return std::cbrt(3.0 * m_msun / (4.0 * k::pi * c.rho_m0_msun_cmpc3())) * c.parameters().h;
}

/// M dn/dM-like prefactor shared by the mass functions: (rho_m / M) alpha ln 10.
double per_dex(const Variance& v, double m_msun, double alpha) {
  return v.cosmology().rho_m0_msun_cmpc3() / m_msun * alpha * 2.30258509299404568;
}

}  // namespace

double transfer_no_wiggle(const Cosmology& c, double k_h_mpc) { return NoWiggle(c.parameters())(k_h_mpc); }

Variance::Variance(const Cosmology& c, double box_mpc_h) : c_(c) {
  if (!(box_mpc_h >= 0.0)) throw InternalError("the side of a box cannot be negative");
  const NoWiggle transfer(c.parameters());
  const double n_s = c.parameters().n_s, s8 = c.parameters().sigma_8;
  const double norm = s8 * s8 / moments(transfer, n_s, 8.0, 0.0).variance;
  const double k_cut = box_mpc_h > 0.0 ? 2.0 * k::pi / box_mpc_h : 0.0;
  const double step = (ln_m_last - ln_m_first) / static_cast<double>(n_masses - 1);
  std::vector<double> ln_sigma(n_masses), slope(n_masses);
  for (std::size_t i = 0; i < n_masses; ++i) {
    const double r = radius_mpc_h(c, std::exp(ln_m_first + step * static_cast<double>(i)));
    const Moments m = moments(transfer, n_s, r, k_cut);
    ln_sigma[i] = 0.5 * std::log(norm * m.variance);
    slope[i] = 0.5 * m.dvariance_dlnr / m.variance / 3.0;  // ln R = ln M / 3 + const
  }
  ln_sigma_ = math::HermiteTable(ln_m_first, step, ln_sigma, slope);
}

void Variance::sigma_and_alpha(double ln_m_msun, double& sigma, double& alpha) const {
  const math::ValueAndSlope s = ln_sigma_.at(ln_m_msun);
  sigma = std::exp(s.value);
  alpha = -s.slope;
}

double Variance::sigma(double m_msun) const { return std::exp(ln_sigma_(std::log(m_msun))); }

double Variance::alpha(double m_msun) const { return -ln_sigma_.at(std::log(m_msun)).slope; }

double sheth_tormen(const Variance& v, double m_msun, double z) {
  constexpr double a = 0.707, p = 0.3, norm = 0.3222;
  double sigma = 0.0, alpha = 0.0;
  v.sigma_and_alpha(std::log(m_msun), sigma, alpha);
  const double nu = delta_collapse / (v.cosmology().growth(z) * sigma), a_nu2 = a * nu * nu;
  return per_dex(v, m_msun, alpha) * norm * std::sqrt(2.0 * a / k::pi) * (1.0 + std::pow(a_nu2, -p)) * nu *
         std::exp(-0.5 * a_nu2);
}

double press_schechter(const Variance& v, double m_msun, double z) {
  double sigma = 0.0, alpha = 0.0;
  v.sigma_and_alpha(std::log(m_msun), sigma, alpha);
  const double nu = delta_collapse / (v.cosmology().growth(z) * sigma);
  return per_dex(v, m_msun, alpha) * std::sqrt(2.0 / k::pi) * nu * std::exp(-0.5 * nu * nu);
}

}  // namespace cecropia::cosmology
