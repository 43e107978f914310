#pragma once
/// \file  Initial mass functions: power laws in pieces, log-normal with a power law, the form of Chon et al. (2024),
/// tables. Theory manual: docs/theory/imf.md, IMF-1 to IMF-3 and IMF-7 to IMF-10.
#include <variant>
#include <vector>

namespace cecropia::stars {

/// IMF-7: Salpeter (1955), dN/dm ~ m^-2.35.
inline constexpr double salpeter_slope = 2.35;
/// IMF-7: log-flat, equal numbers per logarithm of mass.
inline constexpr double log_flat_slope = 1.0;

/// IMF-1: stars per mass interval, normalised to 1 Msun formed between the limits; zero outside. A value: it depends on
/// nothing (stars/imf_model.hpp has the ones that do).
class Imf {
 public:
  /// IMF-1: dN/dm = k_i m^-slope_i on [break_i, break_(i+1)], continuous. `breaks` ascending, one more than `slopes`.
  /// Throws InputError otherwise, as all forms do for limits that are not positive or not in order.
  Imf(std::vector<double> breaks_msun, std::vector<double> slopes);
  /// IMF-7: power laws with free inner breaks between two limits; pieces wholly outside the limits fall away.
  /// `slopes` has one more entry than `inner_breaks`, which ascend.
  static Imf broken_power_law(double m_min_msun, double m_max_msun, const std::vector<double>& inner_breaks_msun,
                              const std::vector<double>& slopes);
  /// IMF-2: Kroupa (2001), slopes 0.3, 1.3, 2.3 with breaks at 0.08 and 0.5 Msun; limits may lie on any side of them.
  static Imf kroupa(double m_min_msun, double m_max_msun);
  /// IMF-2: one power law, dN/dm ~ m^-slope.
  static Imf power_law(double m_min_msun, double m_max_msun, double slope);
  /// IMF-8: Chabrier (2003), individual stars: log-normal below 1 Msun, m^-2.3 above; limits on any side of 1 Msun.
  static Imf chabrier(double m_min_msun, double m_max_msun);
  /// IMF-9: Chon et al. (2024) as fitted by Toyouchi et al. (2025) at metallicity z_metal (mass fraction, taken at the
  /// floor if it is lower). m_min and m_max are the scales of its exponential cuts and its limits; Z_sun = 0.02.
  static Imf chon(double m_min_msun, double m_max_msun, double z_metal, double floor_zsun = 1e-4);
  /// IMF-10: power laws between nodes (masses ascending, dN/dm positive, in any normalisation). `m_max_msun` may cut it
  /// inside the nodes; InputError if it does not lie above the first node and at most at the last.
  static Imf tabulated(const std::vector<double>& m_msun, const std::vector<double>& dn_dm, double m_max_msun);

  double m_min_msun() const { return pieces_.front().from_msun; }
  double m_max_msun() const { return pieces_.back().to_msun; }
  double density(double m_msun) const;  ///< dN/dm per Msun formed [Msun^-2]
  /// IMF-3: int m^power dN/dm dm over the part of [from, to] inside the limits, per Msun formed [Msun^(power-1)].
  /// Closed form for power laws and the log-normal (IMF-8), Gauss-Kronrod to 1e-13 for Chon et al.
  double moment(double power, double from_msun, double to_msun) const;
  double number(double from_msun, double to_msun) const { return moment(0, from_msun, to_msun); }
  double mass(double from_msun, double to_msun) const { return moment(1, from_msun, to_msun); }

  bool operator==(const Imf&) const = default;  ///< the same stars to the last bit

 private:
  /// Shapes: density at m, and integral of m^power times the density over [a, b], a < b.
  struct PowerLaw {
    double slope, pivot_msun = 1.0;  // (m/pivot)^-slope: no overflow between nodes of a steep table
    double density(double m) const;
    double integral(double power, double a, double b) const;
    bool operator==(const PowerLaw&) const = default;
  };
  struct LogNormal {
    double ln_centre, width;  // of ln m
    double density(double m) const;
    double integral(double power, double a, double b) const;
    bool operator==(const LogNormal&) const = default;
  };
  struct Chon {
    double slope, m0_msun, m_min_msun, m_max_msun;
    double density(double m) const;
    double integral(double power, double a, double b) const;
    bool operator==(const Chon&) const = default;
  };
  struct Piece {
    double from_msun, to_msun, norm;
    std::variant<PowerLaw, LogNormal, Chon> shape;
    bool operator==(const Piece&) const = default;
  };

  explicit Imf(std::vector<Piece> pieces);  // normalises
  void normalise();

  std::vector<Piece> pieces_;
};

}  // namespace cecropia::stars
