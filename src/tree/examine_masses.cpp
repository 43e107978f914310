// Masses along branches, and how well halos are resolved.
#include <algorithm>
#include <cmath>

#include "cecropia/tree/repair.hpp"
#include "examine_parts.hpp"

namespace cecropia::tree {
namespace {

class MassTests {
 public:
  MassTests(const Catalogue& c, const SoundLinks& links, double particle_msun, double least_msun, Collector& found)
      : c_(c),
        links_(links),
        particle_(particle_msun),
        least_(least_msun),
        found_(found),
        explained_(c.n_halos(), false) {}

  void run() {
    dips();
    swaps();
    steps();
  }

 private:
  double m(Halo h) const { return c_.m_vir_msun[h]; }
  bool is_phantom(Halo h) const { return (c_.flags[h] & Forest::is_phantom) != 0; }
  bool counts(Halo h) const { return m(h) >= least_ && std::isfinite(m(h)) && !is_phantom(h); }

  void add(Class of, Halo h, double rank, Halo other, double a, double b) {
    Case here = case_of(c_, h);
    here.of = of;
    here.rank = rank;
    if (other != no_halo) {
      here.other = c_.id[other];
      here.other_level = c_.level[other];
    }
    here.a = a;
    here.b = b;
    found_.add(here);
  }

  void dips() {
    for (const MassDip& dip : mass_dips(c_, links_, particle_)) {
      double most = 0.0;
      for (const Halo h : dip.inside) most = std::max(most, m(h));
      add(Class::mass_dip, dip.before, m(dip.before) / most, dip.after, m(dip.before), most);
      for (const Halo h : dip.inside) explained_[h] = true;
    }
  }

  /// A satellite and its top-most central take each other's mass: the ratio of the two turns round, and each is nearer
  /// to what the other was than to what it was itself.
  void swaps() {
    for (Halo s = 0; s < c_.n_halos(); ++s) {
      const Halo host = links_.top[s];
      if (host == no_halo) continue;
      const Halo s0 = links_.main[s], host0 = links_.main[host];
      if (s0 == no_halo || host0 == no_halo || c_.level[s0] != c_.level[host0]) continue;
      if (!counts(s) || !counts(host) || !counts(s0) || !counts(host0)) continue;
      const double before = std::log(m(host0) / m(s0)), after = std::log(m(host) / m(s));
      const double least = std::log(mass_swap_factor);
      if (!(std::min(std::abs(before), std::abs(after)) >= least && before * after < 0.0)) continue;
      const auto nearer = [&](Halo now, Halo other_before, Halo self_before) {
        return std::abs(std::log(m(now) / m(other_before))) < std::abs(std::log(m(now) / m(self_before)));
      };
      if (!nearer(s, host0, s0) || !nearer(host, s0, host0)) continue;
      add(Class::mass_swap, s, std::abs(before - after), host, m(s0), m(s));
      explained_[s] = explained_[host] = true;
    }
  }

  /// Links from a main progenitor to a central at the next level.
  void steps() {
    std::vector<double> progenitors(c_.n_halos(), 0.0);
    for (Halo h = 0; h < c_.n_halos(); ++h)
      if (const Halo d = links_.descendant[h]; d != no_halo && m(h) > 0.0) progenitors[d] += m(h);
    for (Halo d = 0; d < c_.n_halos(); ++d) {
      const Halo p = links_.main[d];
      if (p == no_halo || c_.level[d] != c_.level[p] + 1 || !counts(p) || !counts(d)) continue;
      const bool both_central = links_.host[p] == no_halo && links_.host[d] == no_halo;
      if (both_central) found_.out_of(Class::mass_falls, 1);
      if (both_central && m(d) < m(p)) add(Class::mass_falls, p, m(p) / m(d), d, m(p), m(d));
      if (explained_[p] || explained_[d]) continue;
      found_.out_of(Class::mass_jump, 1);
      const bool up = m(d) > mass_jump_factor * progenitors[d];
      const bool down = links_.host[d] == no_halo && m(d) * mass_jump_factor < m(p);
      if (up || down) add(Class::mass_jump, p, std::abs(std::log(m(d) / m(p))), d, m(p), m(d));
    }
  }

  const Catalogue& c_;
  const SoundLinks& links_;
  double particle_, least_;
  Collector& found_;
  std::vector<bool> explained_;
};

}  // namespace

void examine_masses(const Catalogue& c, const SoundLinks& links, double particle_msun, double least_msun,
                    Collector& found) {
  if (std::isfinite(least_msun)) MassTests(c, links, particle_msun, least_msun, found).run();
  if (!(particle_msun > 0.0)) return;
  found.out_of(Class::scarce_halos, static_cast<std::int64_t>(c.n_halos()));
  for (Halo h = 0; h < c.n_halos(); ++h) {
    const double m = c.m_vir_msun[h];
    // Masses are rounded in files: a halo of just so many particles is not one of fewer.
    if (!(m > 0.0) || m >= scarce_particles * particle_msun * (1.0 - 1e-3)) continue;
    Case here = case_of(c, h);
    here.of = Class::scarce_halos;
    here.rank = -m;
    here.a = m;
    here.b = m / particle_msun;
    found.add(here);
  }
}

}  // namespace cecropia::tree
