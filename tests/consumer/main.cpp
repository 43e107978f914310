// The age of the universe at the redshifts of the first galaxies, with the room cosmology and nothing else.
#include <cstdio>

#include "cecropia/cosmology/cosmology.hpp"

int main() {
  const cecropia::cosmology::Cosmology planck;
  for (double z : {6.0, 10.0, 20.0}) std::printf("z = %4.1f : %6.1f Myr\n", z, planck.age_myr(z));
  return planck.age_myr(6.0) > planck.age_myr(20.0) ? 0 : 1;
}
