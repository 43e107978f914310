#pragma once
/// \file  Lyman-Werner background from the model's own stars. Theory: docs/theory/space.md, LWB-1.
#include <vector>

#include "cecropia/cosmology/cosmology.hpp"

namespace cecropia::space {

/// LWB-1: a record of the comoving emissivity of Lyman-Werner photons and the background it makes: light from within
/// the redshift at which it enters the next Lyman line ((1+z') = 1.04 (1+z), Haiman, Abel & Rees 2000), without other
/// opacity.
class LymanWernerBackground {
 public:
  /// `escape`: fraction of the photons that leave their galaxies, 0 to 1.
  LymanWernerBackground(const cosmology::Cosmology& cosmos, double escape);
  /// The emissivity [photons/s/cMpc^3] at the next level; ages [Myr] ascend.
  void add(double redshift, double age_myr, double photons_per_s_cmpc3);
  /// J21 [1e-21 erg/s/cm^2/Hz/sr] at the redshift of the last record; 0 before the first.
  double j21() const;
  /// For checkpoints: the record.
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.records_);
  }

 private:
  struct Record {
    double redshift = 0, age_myr = 0, photons_per_s_cmpc3 = 0;
    template <class Self, class Archive>
    static void fields(Self& self, Archive& archive) {
      archive(self.redshift, self.age_myr, self.photons_per_s_cmpc3);
    }
  };
  cosmology::Cosmology cosmos_;
  double escape_;
  std::vector<Record> records_;
};

}  // namespace cecropia::space
