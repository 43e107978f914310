#!/bin/bash
# The real trees written as GADGET-4's give the same run as the same trees as consistent-trees text, to the last byte, on
# one and on three ranks, from one file and from four, between which trees are cut. What the format cannot say
# (docs/tree_formats.md) is taken out of both first: phantoms, hosts of hosts, ids, double precision.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/system/tree_formats.sh
. "$(dirname "$0")/tree_formats.sh"

in_python <<END
import gadget4, halos
h = gadget4.rounded(halos.read('trees/nbody_4mpc_64'))
assert (h.host >= 0).sum() > 100 and len(h.id) == 7667
halos.write_consistent_trees(h, '$folder/reference')
gadget4.write(h, '$folder/one', 1)
gadget4.write(h, '$folder/four', 4)
END

reference_run
same_as_reference 1 "$folder/one/trees.hdf5"
same_as_reference 3 "$folder/four"
same_as_reference 1 "$folder/four/trees.2.hdf5"

mv "$folder/four/trees.1.hdf5" "$folder/elsewhere"
refused '1 of the 4 files of the set are missing: trees.1.hdf5' "$folder/four"
mv "$folder/elsewhere" "$folder/four/trees.1.hdf5"
truncate -s -1 "$folder/four/trees.1.hdf5"
refused 'trees.1.hdf5' "$folder/four"
truncate -s -1 "$folder/one/trees.hdf5"
refused 'truncated file' "$folder/one/trees.hdf5"

# A file that GADGET-4 itself wrote: halos and satellites of every snapshot are those that h5py counts in it ...
real=tests/data/trees/gadget4/trees.hdf5
here=(--set cosmology.omega_m=0.3089 --set cosmology.h=0.6774)
"$program" trees info --read --trees $real "${here[@]}" >"$folder/info" || fail "trees info ended with $?"
in_python <<END
import h5py, numpy
with h5py.File('$real') as file:
    halos = {name: item[()] for name, item in file['TreeHalos'].items()}
    n_trees, n_snapshots = len(file['TreeTable/Length']), len(file['TreeTimes/Time'])
satellite = halos['TreeFirstHaloInFOFgroup'] != halos['TreeIndex']
print('forests', n_trees, 'trees', (halos['TreeDescendant'] < 0).sum(), 'halos', len(satellite))
for s in range(n_snapshots):
    at = halos['SnapNum'] == s
    print(s, at.sum(), (at & satellite).sum())
END
awk '/^forests/ { gsub(",", ""); print "forests", $2, "trees", $4, "halos", $6 }
  $1 ~ /^[0-9]+$/ { print $1, $4, $5 }' "$folder/info" >"$folder/counted"
diff "$folder/python" "$folder/counted" >"$folder/difference" || fail "counts of the real file: $(head -5 "$folder/difference")"

# ... and its links, masses and places give the run of the same trees as text, once the snapshots before the first halo,
# which text does not have and the physics of the first halos feels, are taken out of both.
in_python <<END
import gadget4, h5py, halos, shutil
shutil.copy('$real', '$folder/real.hdf5')
with h5py.File('$folder/real.hdf5', 'r+') as file:
    first = file['TreeHalos/SnapNum'][()].min()
    file['TreeHalos/SnapNum'][...] -= first
    for name in ('Time', 'Redshift'):
        times = file['TreeTimes'][name][first:]
        del file['TreeTimes'][name]
        file['TreeTimes'][name] = times
h = gadget4.read('$folder/real.hdf5')
assert first == 26 and len(h.id) == 3294
shutil.rmtree('$folder/reference')
halos.write_consistent_trees(h, '$folder/reference')
END
rm -r "$folder/of_reference"
reference_run
same_as_reference 1 "$folder/real.hdf5"
same_as_reference 3 "$folder/real.hdf5"
finish
