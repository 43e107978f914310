#include "cecropia/space/bubble.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/numeric/odeint/algebra/array_algebra.hpp>
#include <boost/numeric/odeint/stepper/controlled_runge_kutta.hpp>
#include <boost/numeric/odeint/stepper/generation.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta_dopri5.hpp>
#include <cmath>

#include "cecropia/core/constants.hpp"
#include "cecropia/core/error.hpp"

namespace cecropia::space {
namespace {

namespace odeint = boost::numeric::odeint;
using constants::myr_s;

constexpr double bethe_msun_kpc2_myr2 = constants::bethe_erg / constants::msun_kpc2_myr2_erg;
constexpr double km_s_kpc_myr = constants::km_cm * myr_s / constants::kpc_cm;
constexpr double sphere = 4.0 * constants::pi / 3.0;

using State = std::array<double, 2>;  // physical radius [kpc], energy [1e51 erg]

/// The equations of motion (BUB-2) of one bubble over one step.
struct Motion {
  const BubbleStep& step;
  const ExpandingMedium& medium;
  double span_myr = medium.t1_myr() - medium.t0_myr();
  double r_vir_rate = (step.r_vir1_kpc - step.r_vir0_kpc) / span_myr;
  double injection_1e51_myr = step.injected_1e51_erg / span_myr;
  double sound_kpc_myr = step.sound_speed_km_s * km_s_kpc_myr;

  double r_vir(double t) const { return step.r_vir0_kpc + (t - medium.t0_myr()) * r_vir_rate; }

  double shell_msun(double r, double t, const ExpandingMedium::Now& now) const {
    const double halo = r_vir(t), halo3 = halo * halo * halo;
    const double m_out = step.m_out0_msun + now.share * (step.m_out1_msun - step.m_out0_msun);
    return m_out + sphere * std::max(r * r * r - halo3, 3.0 * thinnest_shell * halo3) * now.baryon_density_msun_kpc3;
  }

  /// Rate at which the physical radius grows: the shell's own; that of the universe where the shell is slower than it
  /// or than sound (BUB-3); at the edge of the halo at least that of the virial radius. Divisions are the dearest part:
  /// none is made whose result is known.
  double expansion_kpc_myr(double r, double energy, double t) const {
    const ExpandingMedium::Now now = medium.at(t);
    const double flow = now.hubble_per_myr * r;
    const double shell = shell_speed_kpc_myr(energy, shell_msun(r, t, now));
    const double fastest = std::max(flow, sound_kpc_myr);
    const double above = shell - (1.0 - stall_ramp) * fastest, ramp = stall_ramp * fastest;
    const double moves = above >= ramp ? 1.0 : above <= 0.0 ? 0.0 : above / ramp;
    const double free = flow + moves * (shell - flow), halo = r_vir(t);
    if (r > (1.0 + 2.0 * carried_layer) * halo) return free;
    const double carried = std::clamp(1.0 - (r / halo - 1.0) / carried_layer, 0.0, 1.0);
    return free + carried * std::max(0.0, r_vir_rate - free);
  }

  /// A trial of the integrator may look below the virial radius, where there is nothing.
  void operator()(const State& x, State& rate, double t) const {
    const double r = std::max(x[0], r_vir(t));
    rate[0] = expansion_kpc_myr(r, x[1], t);
    rate[1] = injection_1e51_myr - 2.0 * x[1] * rate[0] / r;
  }

  /// Slow and not fed: it expands with the universe until t1, beyond the reach of its halo.
  bool is_frozen(const State& x, double t) const {
    if (injection_1e51_myr > 0.0) return false;
    const ExpandingMedium::Now now = medium.at(t);
    const double fastest = std::max(now.hubble_per_myr * x[0], sound_kpc_myr);
    const double grown = medium.scale_factor(medium.t1_myr()) / medium.scale_factor(t);
    const double edge = 1.0 + 2.0 * carried_layer;
    return shell_speed_kpc_myr(x[1], shell_msun(x[0], t, now)) < (1.0 - stall_ramp) * fastest &&
           x[0] > edge * r_vir(t) && x[0] * grown > edge * step.r_vir1_kpc;
  }
};

/// From t to the end of the step.
void integrate(const Motion& motion, State& x, double t) {
  constexpr double tolerance = 1e-8;
  constexpr int most_steps = 100000;  // a hundred are usual
  const double t1 = motion.medium.t1_myr(), energy = std::max(x[1], motion.step.injected_1e51_erg);
  auto stepper =
      odeint::make_controlled(tolerance * energy * 1e-3, tolerance,
                              odeint::runge_kutta_dopri5<State, double, State, double, odeint::array_algebra>());
  double dt = 0.05 * motion.span_myr;
  for (int i = 0; t1 - t > 1e-12 * motion.span_myr; ++i) {
    dt = std::min(dt, t1 - t);
    stepper.try_step(motion, x, t, dt);
    if (i >= most_steps || !std::isfinite(x[0]) || !std::isfinite(x[1]))
      throw InternalError(fmt::format(
          "an outflow bubble cannot be followed from {} to {} Myr: at {} Myr it is at {} kpc with {} (1e51 erg); "
          "R_vir {} to {} kpc, outflow {} to {} Msun, injected {} (1e51 erg), sound {} km/s",
          motion.medium.t0_myr(), t1, t, x[0], x[1], motion.step.r_vir0_kpc, motion.step.r_vir1_kpc,
          motion.step.m_out0_msun, motion.step.m_out1_msun, motion.step.injected_1e51_erg,
          motion.step.sound_speed_km_s));
  }
  x[1] = std::max(x[1], 0.0);
}

}  // namespace

ExpandingMedium::ExpandingMedium(const cosmology::Cosmology& cosmos, double t0_myr, double t1_myr)
    : t0_(t0_myr), t1_(t1_myr), rho_b0_(cosmos.rho_b0_msun_ckpc3()) {
  // Hermite cubic through both ends with their Hubble rates.
  const double z0 = cosmos.redshift_at(t0_), z1 = cosmos.redshift_at(t1_), span = t1_ - t0_;
  const double y0 = std::pow(1.0 + z0, -1.5), y1 = std::pow(1.0 + z1, -1.5);
  const double d0 = 1.5 * cosmos.hubble_per_s(z0) * myr_s * span * y0;
  const double d1 = 1.5 * cosmos.hubble_per_s(z1) * myr_s * span * y1;
  c_[0] = y0;
  c_[1] = d0;
  c_[2] = 3.0 * (y1 - y0) - 2.0 * d0 - d1;
  c_[3] = 2.0 * (y0 - y1) + d0 + d1;
}

double ExpandingMedium::power(double t_myr) const {
  const double x = (t_myr - t0_) / (t1_ - t0_);
  return c_[0] + x * (c_[1] + x * (c_[2] + x * c_[3]));
}

double ExpandingMedium::scale_factor(double t_myr) const {
  const double y = power(t_myr);
  return std::cbrt(y * y);
}

ExpandingMedium::Now ExpandingMedium::at(double t_myr) const {
  const double span = t1_ - t0_, x = (t_myr - t0_) / span, y = c_[0] + x * (c_[1] + x * (c_[2] + x * c_[3]));
  return {x, (c_[1] + x * (2.0 * c_[2] + x * 3.0 * c_[3])) / (1.5 * y * span), rho_b0_ / (y * y)};
}

double shell_speed_kpc_myr(double energy_1e51_erg, double shell_msun) {
  constexpr double light_kpc_myr = constants::c_cm_s * myr_s / constants::kpc_cm;
  if (!(energy_1e51_erg > 0.0)) return 0.0;
  return std::min(std::sqrt(4.0 * energy_1e51_erg * bethe_msun_kpc2_myr2 / shell_msun), light_kpc_myr);
}

Bubble grow(const Bubble& bubble, const BubbleStep& step, const ExpandingMedium& medium) {
  if (!(step.m_out1_msun > 0.0)) return {};
  const Motion motion{step, medium};
  const double t1 = medium.t1_myr(), a1 = medium.scale_factor(t1);
  double t = medium.t0_myr();
  State x{std::max(bubble.radius_ckpc * medium.scale_factor(t), step.r_vir0_kpc), bubble.energy_1e51_erg};
  if (!(step.m_out0_msun > 0.0)) {  // the first outflow: energy and mass grow from zero in proportion
    const double moment = 1e-6 * motion.span_myr;
    t += moment;
    x[1] += motion.injection_1e51_myr * moment;
  }
  if (motion.is_frozen(x, t)) {  // most bubbles
    const double grown = a1 / medium.scale_factor(t);
    return {x[0] * grown / a1, x[1] / (grown * grown)};
  }
  integrate(motion, x, t);
  return {std::max(x[0], step.r_vir1_kpc) / a1, x[1]};
}

Bubble joined(const Bubble& a, const Bubble& b) {
  const auto cube = [](double r) { return r * r * r; };
  if (!(b.radius_ckpc > 0.0)) return {a.radius_ckpc, a.energy_1e51_erg + b.energy_1e51_erg};
  if (!(a.radius_ckpc > 0.0)) return {b.radius_ckpc, a.energy_1e51_erg + b.energy_1e51_erg};
  return {std::cbrt(cube(a.radius_ckpc) + cube(b.radius_ckpc)), a.energy_1e51_erg + b.energy_1e51_erg};
}

Metals bubble_metal_fractions(const Bubble& bubble, const Metals& out_msun, double m_out_msun,
                              double rho_b0_msun_ckpc3) {
  Metals fractions{};
  if (!(bubble.radius_ckpc > 0.0)) return fractions;
  const double r = bubble.radius_ckpc, mass = m_out_msun + rho_b0_msun_ckpc3 * sphere * r * r * r;
  for (std::size_t e = 0; e < n_metals; ++e) fractions[e] = out_msun[e] / mass;
  return fractions;
}

}  // namespace cecropia::space
