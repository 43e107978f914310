#pragma once
/// \file  Likelihood of one observation and how likelihoods are combined. Pure functions; log means log10 everywhere
/// (the base that reproduces the 1 and 2 sigma levels quoted by Liu et al. 2025).
#include "cecropia/observe/parameters.hpp"

namespace cecropia::observe {

/// OBS-1: log10 of the normalised Gaussian of Liu et al. (2025), Eq. 11, at a residual x_obs - x_sim; sigma > 0, both
/// in the same unit (dex for every observable here).
double log10_gaussian(double residual, double sigma);

/// OBS-1 averaged over galaxies with one sigma: mean_square is the weighted mean of the squared residuals.
double log10_gaussian_of_mean_square(double mean_square, double sigma);

/// Weighted mean of logarithms, OBS-2 (Liu et al. 2025, Eq. 10). Weights are not negative.
class WeightedMean {
 public:
  void add(double value, double weight) {
    sum_ += weight * value;
    weight_ += weight;
  }
  bool empty() const { return !(weight_ > 0); }
  double value() const { return sum_ / weight_; }  ///< only if not empty
  double weight() const { return weight_; }

 private:
  double sum_ = 0, weight_ = 0;
};

/// OBS-3: sigma of an observation with error bars err_lo (downwards) and err_hi (upwards), both positive, for a
/// simulated value: their mean, or the side that faces the simulation.
double sigma_of(SigmaRule rule, double observed, double err_lo, double err_hi, double simulated);

}  // namespace cecropia::observe
