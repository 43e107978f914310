#!/bin/bash
# The same trees written in other units, with another h in the file, or with their halos in another order.
#
# An order changes nothing, and a factor of two changes no digit, in single precision either: the same galaxies to the last
# bit. Other factors round: masses (double precision) and places (single). Where no star is drawn the galaxies are the same
# to 1e-6, ten times the rounding of places and of what is kept in run.h5. With stars a last digit may decide on a star,
# because supernovae leave a small difference of large masses of gas; then a galaxy goes its own way, and only the sum of
# all is the same: within 5e-3, which is how far two seeds are apart.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/system/tree_formats.sh
. "$(dirname "$0")/tree_formats.sh"

in_python <<END
import dataclasses
import gadget4, galacticus, halos
import numpy as np

h = halos.read('trees/nbody_4mpc_64')
halos.write_consistent_trees(h, '$folder/reference')
halos.write_consistent_trees(halos.in_units_of(h, 0.9), '$folder/other_h')
galacticus.write(h, '$folder/msun.hdf5', mass_unit=(1, 0), length_unit=(1, 0))
galacticus.write(h, '$folder/1e10msun_h_kpc_h.hdf5', mass_unit=(1e10, -1), length_unit=(1e-3, -1))
galacticus.write(h, '$folder/no_unit_of_anybody.hdf5', mass_unit=(2e5, 2), length_unit=(0.03, 3),
                 constants=galacticus.exact)
galacticus.write(halos.in_units_of(h, 0.9), '$folder/other_h.hdf5')

g = gadget4.rounded(h)
gadget4.write(g, '$folder/gadget')
gadget4.write(halos.in_units_of(g, 0.5 * h.h), '$folder/gadget_half_h')

# another order: of halos in trees, of trees in the file; of halos in forests, of forests in the file
rng = np.random.default_rng(1)
n = len(h.id)


def mixed(groups):
    _, group = np.unique(groups, return_inverse=True)
    return np.lexsort((rng.permutation(n), rng.permutation(group.max() + 1)[group]))


halos.write_consistent_trees(h, '$folder/mixed', order=mixed(h.tree))
order = mixed(h.forest)
columns = {f.name: getattr(h, f.name) for f in dataclasses.fields(h)}
of_halos = {k: v[order] for k, v in columns.items() if k != 'scales' and isinstance(v, np.ndarray)}
galacticus.write(dataclasses.replace(h, **of_halos), '$folder/mixed.hdf5')
END

other_h=(--set trees.cosmology_tolerance=0.6)
# converted TREES ARGUMENTS...: as the program understands them, in $folder/as_read/NAME
mkdir "$folder/as_read"
converted() {
  local trees=$1
  shift
  "$program" trees convert params/nbody_64.json --trees "$trees" --set trees.format=auto "$@" \
    --out "$folder/as_read/$(basename "$trees" .hdf5).hdf5" 2>"$folder/stderr" >&2 || fail "$trees: $(cat "$folder/stderr")"
}
# same_trees NAME: those of the reference
same_trees() {
  "$python" tests/testing/tree_formats/same_trees.py "$folder/as_read/reference.hdf5" "$folder/as_read/$1.hdf5" ||
    fail "$1: other trees"
}
converted "$folder/reference"
for units in msun 1e10msun_h_kpc_h no_unit_of_anybody; do converted "$folder/$units.hdf5" && same_trees $units; done
for trees in other_h other_h.hdf5; do converted "$folder/$trees" "${other_h[@]}" && same_trees other_h; done
refused "the trees were made with h0 = 0.9" "$folder/other_h"

# same_galaxies BOUND TREES ARGUMENTS...: those of the reference
same_galaxies() {
  local bound=$1 trees=$2
  shift 2
  rm -rf "$folder/other"
  run_on 1 "$trees" other "$@" || fail "$trees: $(cat "$folder/stderr")"
  "$python" tests/testing/tree_formats/same_galaxies.py "$bound" "$folder/of_reference/run.h5" "$folder/other/run.h5" ||
    fail "$trees: other galaxies"
}
no_stars=(--set star_formation.eta_ii=0 --set star_formation.eta_iii=0)
reference_run "${no_stars[@]}"
same_galaxies 1e-6 "$folder/no_unit_of_anybody.hdf5" "${no_stars[@]}"
same_galaxies 1e-6 "$folder/other_h" "${no_stars[@]}" "${other_h[@]}"

rm -rf "$folder/of_reference"
reference_run
same_galaxies 0 "$folder/mixed"
same_galaxies 0 "$folder/mixed.hdf5"
run_on 1 "$folder/no_unit_of_anybody.hdf5" rounded || fail "stars: $(cat "$folder/stderr")"
"$python" - "$folder/of_reference/run.h5" "$folder/rounded/run.h5" <<'P' || fail "rounding changes the sum of all stars"
import sys

import h5py
import numpy as np

one, other = (h5py.File(name)["history/csmd_msun_cmpc3"][()] for name in sys.argv[1:])
print("sums of stars, largest difference in the last ten levels:", np.max(np.abs(other[-10:] / one[-10:] - 1)))
assert one[-1] > 0 and np.max(np.abs(other[-10:] / one[-10:] - 1)) < 5e-3
P

rm -rf "$folder/of_reference"
run_on 1 "$folder/gadget" of_reference || fail "GADGET-4: $(cat "$folder/stderr")"
same_galaxies 0 "$folder/gadget_half_h" "${other_h[@]}"

# the comparison sees other stars
run_on 1 "$folder/gadget" seed --set random.seed=2 || fail "another seed"
"$python" tests/testing/tree_formats/same_galaxies.py 1e-6 "$folder/of_reference/run.h5" "$folder/seed/run.h5" \
  >"$folder/seen" && fail "another seed is not seen"
grep -q "m_star_msun" "$folder/seen" || fail "other stars are not seen: $(head -3 "$folder/seen")"
finish
