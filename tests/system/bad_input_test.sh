#!/bin/bash
# What a user can get wrong, and what the place for the output can refuse: one clear message, once, exit code 2, no hang
# on any number of ranks, and the results of the run before are still there.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"

out=$folder/out
mkdir "$out"
echo '{ "results": "of the run before" }' >"$out/run.json"
head -c 3000 /dev/urandom >"$out/run.h5"
echo 'log of the run before' >"$out/run.log"
former=$(cksum "$out/run.json" "$out/run.h5")

# once WORDS: a line of what was said on standard error, and only one, has these words
once() {
  local count
  count=$(grep -cF -- "$1" "$folder/stderr")
  [ "$count" = 1 ] || fail "$case_name: '$1' was said $count times: $(cat "$folder/stderr")"
}
# judge CODE WORDS WHERE: the run that has just ended with CODE ended as it should
judge() {
  local code=$1 line
  [ "$code" = 2 ] || fail "$case_name: ended with $code: $(cat "$folder/stderr")"
  sed -n 's/.* error: //p' "$folder/stderr" >>"$folder/messages"
  for line in " error: " "  where    : " "  expected : " "  to fix   : "; do once "$line"; done
  grep -F " error: " "$folder/stderr" | grep -qF -- "$2" ||
    fail "$case_name: the message is not '$2': $(cat "$folder/stderr")"
  grep -F "  where    : " "$folder/stderr" | grep -qF -- "$3" ||
    fail "$case_name: the place is not '$3': $(cat "$folder/stderr")"
  [ -s "$folder/stdout" ] && fail "$case_name: said on standard output: $(cat "$folder/stdout")"
  return 0
}
# unharmed: what the run before has left
unharmed() {
  [ "$(cksum "$out/run.json" "$out/run.h5")" = "$former" ] || fail "$case_name: the results of the run before are gone"
  [ "$(head -n 1 "$out/run.log")" = 'log of the run before' ] || fail "$case_name: the log of the run before is gone"
  [ "$(ls -Am "$out")" = "run.h5, run.json, run.log" ] || fail "$case_name: left behind: $(ls -Am "$out")"
}
# refused RANKS WORDS WHERE ARGUMENTS...: `cecropia run ARGUMENTS` is refused with WORDS about WHERE, on one rank without
# a launcher, then on each of RANKS ("" for none)
refused() {
  local ranks=$1 words=$2 where=$3 n
  shift 3
  case_name="run $*"
  timeout -k 10 "$patience_s" "$program" run --out "$out" "$@" >"$folder/stdout" 2>"$folder/stderr"
  judge $? "$words" "$where"
  unharmed
  for n in $ranks; do
    case_name="run $* on $n ranks"
    cecropia "$n" run --out "$out" "$@" >"$folder/stdout" 2>"$folder/stderr"
    judge $? "$words" "$where"
    unharmed
  done
}

# --- the command line -------------------------------------------------------------------------------------------------
refused "" "PARAMS.json is required" "run"
case_name="no command"
timeout -k 10 "$patience_s" "$program" trees >"$folder/stdout" 2>"$folder/stderr"
judge $? "A subcommand is required" "trees"
refused "3" "'--oot' is not an option of 'cecropia run'" "--oot" params/nbody_64.json --oot x
refused "" "'soon' is no time" "--time-limit" params/nbody_64.json --time-limit soon
refused "" "PARAMS.json" "b.json" params/a.json params/b.json
for assignment in cosmology.h cosmology.h= h=0.7 =0.7 .=1 cosmology.=1 .h=1; do
  refused "" "" "--set $assignment" params/nbody_64.json --set "$assignment"
done

# --- parameters -------------------------------------------------------------------------------------------------------
file() { printf '%b' "$2" >"$folder/$1.json"; }  # \n is a new line
refused "3" "does not exist" "$folder/none.json" "$folder/none.json"
refused "" "is a folder" "$folder" "$folder"
: >"$folder/empty.json"
refused "" "is empty" "$folder/empty.json" "$folder/empty.json"
file cut '{ "cosmology": { "h": 0.7'
refused "" "not valid JSON" "cut.json" "$folder/cut.json"
file list '[1, 2]'
refused "" "not a JSON object" "list.json" "$folder/list.json"
printf '\357N\200\001\377\000{' >"$folder/binary.json"
refused "" "not valid JSON" "binary.json" "$folder/binary.json"
LC_ALL=C grep -q '[^ -~]' "$folder/stderr" && fail "bytes that are no text reach the terminal"
file unknown '{\n  "cosmology": { "colour": 3 }\n}\n'
refused "3" "'cosmology.colour'" "unknown.json, line 2" "$folder/unknown.json"
file section '{\n  "galaxies": { "h": 0.7 }\n}\n'
refused "" "'galaxies'" "section.json, line 2" "$folder/section.json"
file misspelt '{\n\n  "feedback": { "alpha_uot": 1 }\n}\n'
refused "3" "alpha_uot" "misspelt.json, line 3" "$folder/misspelt.json"
once "did you mean 'alpha_out'?"
file misspelt_section '{ "feedbak": { "alpha_out": 1 } }'
refused "" "feedbak" "misspelt_section.json" "$folder/misspelt_section.json"
once "did you mean 'feedback'?"
file twice '{ "random": { "seed": 1,\n "seed": 2 } }'
refused "" "seed" "line 2" "$folder/twice.json"
file type '{ "cosmology": { "h": "0.7" } }'
refused "" "is text, not a number" "type.json, line 1" "$folder/type.json"
file whole '{ "random": { "seed": 1.5 } }'
refused "" "random.seed" "whole.json" "$folder/whole.json"
file null '{ "random": { "seed": null } }'
refused "" "random.seed" "null.json" "$folder/null.json"
refused "3" "describes a scan" "params/quickstart_scan.json" params/quickstart_scan.json
once "use: cecropia scan params/quickstart_scan.json"
refused "" "'cosmology.omega_m=0.3' stands without --set" "run" params/nbody_64.json --set cosmology.h=0.7 cosmology.omega_m=0.3
once "repeat --set for each value"
file choice '{ "trees": { "format": "nonsense" } }'
refused "" "trees.format" "choice.json" "$folder/choice.json"
file nan '{ "cosmology": { "h": NaN } }'
refused "3" "cosmology.h" "nan.json" "$folder/nan.json"
refused "" "cosmology.h" "--set cosmology.h=nan" params/nbody_64.json --set cosmology.h=nan
refused "" "cosmology.h" "--set cosmology.h=-inf" params/nbody_64.json --set cosmology.h=-inf
refused "" "cosmology.h" "--set cosmology.h=1e999" params/nbody_64.json --set cosmology.h=1e999
file range '{ "cosmology": { "h": 70 } }'
refused "3" "is out of range" "range.json" "$folder/range.json"
# The bug: lists in lists without an end ended the program with signal 11.
"$python" -c 'n = 100000; print("{ \"feedback\": { \"alpha_out\":" + "[" * n + "]" * n + "} }")' >"$folder/deep.json"
refused "3" "inside each other without an end" "deep.json, line 1" "$folder/deep.json"
# The bug: a byte 0 ended the message before it said where, and others reached the terminal.
printf '%s' '{ "trees": { "path": "a\u0000b" } }' >"$folder/nul.json"
refused "" "has control characters" "nul.json" "$folder/nul.json"
printf '%s' '{ "feedback": { "\u001b[31malpha_out\u0000": 1 } }' >"$folder/escape.json"
refused "3" "'feedback.?[31malpha_out?' is unknown" "escape.json" "$folder/escape.json"
LC_ALL=C grep -q "$(printf '\033')" "$folder/stderr" && fail "what a terminal obeys reaches it"
refused "" "is out of range" "--set random.seed=-1" params/nbody_64.json --set random.seed=-1
refused "" "is out of range" "type_ia.individual_below" params/nbody_64.json --set type_ia.individual_below=1e5
refused "" "is text, not a list of texts" "--set output.properties" params/nbody_64.json --set output.properties=m_star_msun
refused "" "is a number, not a list of numbers" "--set output.redshifts" params/nbody_64.json --set output.redshifts=6
refused "" "is out of range" "--set surroundings.z_igm" params/nbody_64.json --set 'surroundings.z_igm=[0, 0.5]'
# each value is right, and together they are not
refused "3" "surroundings" "surroundings" params/nbody_64.json \
  --set 'surroundings.redshift=[4,8,20]' --set 'surroundings.z_igm=[1e-5,0]' \
  --set 'surroundings.ionised_fraction=[1,0.5,0]'
refused "" "has no effect" "surroundings.z_igm" params/nbody_64.json \
  --set 'surroundings.redshift=[4,8]' --set 'surroundings.z_igm=[1e-5,0]'
refused "" "has no effect" "surroundings.ionised_fraction" params/nbody_64.json --set surroundings.metals=uniform \
  --set 'surroundings.redshift=[4,8]' --set 'surroundings.ionised_fraction=[1,0]'
refused "" "surroundings" "surroundings" params/nbody_64.json \
  --set 'surroundings.redshift=[8,4]' --set 'surroundings.z_igm=[1e-5,0]' \
  --set 'surroundings.ionised_fraction=[0,1]'
refused "" "omega_b" "cosmology" params/nbody_64.json --set cosmology.omega_b=0.4
refused "" "z_m" "eps" params/quickstart.json --set eps.z_max=5 --set eps.z_min=6
refused "" "m_root" "eps" params/quickstart.json --set eps.log10_m_root_min=12 --set eps.log10_m_root_max=11
refused "" "'m_sta'" "output.properties" params/nbody_64.json --set 'output.properties=["m_sta"]'
refused "" "cannot be read" "$folder/none" params/nbody_64.json --set "observe.observations_path=$folder/none"

# --- stars ------------------------------------------------------------------------------------------------------------
refused "3" "'stars.f_mix' was changed, but has no effect" "stars.tables" params/nbody_64.json \
  --set stars.tables=nomoto2013 --set stars.f_mix=0.5
refused "" "'stars.remnant' was changed, but has no effect" "stars.table_file" params/nbody_64.json \
  --set stars.remnant=rapid --set stars.table_file=some.h5
refused "" "'stars.e_ppisn_1e51_erg' was changed, but has no effect" "stars.ppisn_energy" params/nbody_64.json \
  --set stars.ppisn_energy=woosley2017 --set stars.e_ppisn_1e51_erg=2
refused "" "limits of helium-core mass are not in order" "stars." params/nbody_64.json --set stars.m_he_pisn_msun=150
refused "" "limits of initial mass are not in order" "stars." params/nbody_64.json --set stars.m_wd_max_msun=11
refused "" "'stars.wind_scale' = -1 is out of range" "stars.wind_scale" params/nbody_64.json --set stars.wind_scale=-1

# --- observations -----------------------------------------------------------------------------------------------------
mkdir "$folder/data"
# data RANKS WORDS WHERE ROW [FILE]: refused with this row in the index and this text in own.csv
data() {
  cp params/observations/* "$folder/data/"
  printf 'name,file,quantity,abundance,use\n%s\n' "$4" >"$folder/data/index.csv"
  printf '%b' "${5:-$column_of_csmd}" >"$folder/data/own.csv"
  refused "$1" "$2" "$3" params/nbody_64.json --set "observe.observations_path=$folder/data"
}
csmd_head='z,log10_value,unit,err_lo_dex,err_hi_dex\n'
column_of_csmd="${csmd_head}6,6.5,Msun cMpc^-3,0.1,0.1\n"
row=own,own.csv,csmd_msun_cmpc3,,likelihood
data "3" "'likelyhood' is no use of observations" "index.csv, line 2" own,own.csv,csmd_msun_cmpc3,,likelyhood
data "" "'2020' cannot be the name" "index.csv, line 2" 2020,own.csv,csmd_msun_cmpc3,,report
data "" "the name 'mzr' of observations is taken" "index.csv, line 2" mzr,own.csv,csmd_msun_cmpc3,,report
data "3" "the file 'none.csv' of the observations 'own' cannot be read" "index.csv, line 2" own,none.csv,csmd_msun_cmpc3,,figure
data "" "'/etc/passwd' is no file in the folder" "index.csv, line 2" own,/etc/passwd,csmd_msun_cmpc3,,figure
data "3" "'csmd_msun' is no column of the history" "index.csv, line 2, column 'quantity'" own,own.csv,csmd_msun,,report
data "" "'n' is no column of the history" "column 'abundance'" own,own.csv,csmd_msun_cmpc3,n,report
data "" "'q_hii' counts no galaxies" "index.csv, line 2" own,own.csv,csmd_msun_cmpc3,q_hii,report
data "3" "the unit 'Msun' is not that of 'csmd_msun_cmpc3'" "own.csv, line 2" $row "${csmd_head}6,6.5,Msun,0.1,0.1\n"
data "" "the unit 'Msun' is not 'Msun cMpc^-3'" "own.csv, line 3" $row "${column_of_csmd}7,6,Msun,0.1,0.1\n"
data "" "there is no column of values" "own.csv" $row 'z,x,unit,err_lo,err_hi\n6,1,-,1,1\n'
data "" "both 'value' and 'log10_value'" "own.csv" $row 'z,value,log10_value,unit,err_lo_dex,err_hi_dex\n6,1,1,-,1,1\n'
data "" "column 'err_hi_dex' is missing" "own.csv" $row 'z,log10_value,unit,err_lo_dex\n6,1,-,1\n'
data "" "'-0.1' in column 'err_hi_dex' cannot be used" "own.csv, line 2" $row "${csmd_head}6,6.5,Msun cMpc^-3,0.1,-0.1\n"
data "" "4 fields under a header of 5 columns" "index.csv, line 2" own,own.csv,csmd_msun_cmpc3,likelihood

# --- initial mass functions -------------------------------------------------------------------------------------------
imf() { # RANKS WORDS WHERE ASSIGNMENT...: refused with these values
  local ranks=$1 words=$2 where=$3 sets=() one
  shift 3
  for one; do sets+=(--set "stars.$one"); done
  refused "$ranks" "$words" "$where" params/nbody_64.json "${sets[@]}"
}
nodes() { printf '%s\n' "$@" >"$folder/nodes.csv"; } # LINE...: the file of a tabulated IMF
head='m_msun, dn_dm_per_msun'
table=(imf2_form=table imf2_file="$folder/nodes.csv")
imf "" "'stars.imf2_slope' was changed, but has no effect" "stars.imf2_form" imf2_slope=2
imf "" "a broken power law cannot have" "stars.imf3_slopes" imf3_form=broken_power_law 'imf3_slopes=[1]' \
  'imf3_breaks_msun=[50]'
imf "" "from 300 to 197 Msun" "stars.imf3_min_msun" imf3_min_msun=300
imf "" "2 nodes for 1 upper limits" "stars.imf2_max_redshift" 'imf2_max_redshift=[6,9]' 'imf2_max_values_msun=[100]'
imf "" "do not ascend" "stars.imf2_max_metallicity" 'imf2_max_metallicity=[1e-2,1e-3]' 'imf2_max_values_msun=[99,250]'
imf "" "at once" "stars.imf2_max_redshift" 'imf2_max_metallicity=[1e-2]' 'imf2_max_redshift=[6]' \
  'imf2_max_values_msun=[99]'
imf "" "not above the limit of massive stars" "stars.m_massive_msun" imf3_min_msun=1 imf3_max_msun=10 m_massive_msun=12
imf "" "imf2_file is empty" "stars.imf2_form" imf2_form=table
imf "3" "there is no such file" "$folder/none.csv" imf2_form=table imf2_file="$folder/none.csv"
nodes "$head" '1, 1' '100, many'
imf "3" "'many'" "nodes.csv, line 3, column 2 (dn_dm_per_msun)" "${table[@]}"
nodes '# no header' '1, 1' '100, 1'
imf "" "the header" "nodes.csv, line 2, column 1 (m_msun)" "${table[@]}"
nodes "$head" '10, 1' '1, 1'
imf "" "do not ascend" "nodes.csv, line 3, column 1 (m_msun)" "${table[@]}"
nodes "$head" '1, 1' '100, 0'
imf "" "dN/dm of an IMF is 0" "nodes.csv, line 3, column 2 (dn_dm_per_msun)" "${table[@]}"
nodes "$head" '1, 1' '100, 0.1'
imf "" "beyond the last node" "stars.imf2_max_values_msun" "${table[@]}" 'imf2_max_redshift=[6]' \
  'imf2_max_values_msun=[150]'

# --- trees ------------------------------------------------------------------------------------------------------------
cat >"$folder/trees.py" <<'P'
"""trees.py FOLDER: sound.dat, twelve trees of twelve snapshots each with one merger, and a copy for each fault."""
import gzip
import sys

HEADER = """#scale(0) id(1) desc_scale(2) desc_id(3) num_prog(4) pid(5) upid(6) phantom(7) Mvir(8) mmp?(9) X Y Z
#Omega_M = 0.308900; Omega_L = 0.691100; h0 = 0.677400
#Full box size = 4.000000 Mpc/h
"""
SCALES = [0.18 - 0.01 * i for i in range(12)]


def tree(n):
    """Main branch n01 (root) to n12, and a halo n20 at the fourth snapshot from the end that merges into n03."""
    rows = []
    for i, scale in enumerate(SCALES):
        last = i == len(SCALES) - 1
        rows.append([f"{scale:.5f}", n * 100 + i + 1, f"{SCALES[i - 1] if i else 0:.5f}", n * 100 + i if i else -1,
                     2 if i == 2 else 0 if last else 1, -1, -1, 0, f"{2e9 * 0.8**i:.4e}", 1, 1.0, 2.0, 3.0])
        if i == 3:
            rows.append([f"{scale:.5f}", n * 100 + 20, f"{SCALES[2]:.5f}", n * 100 + 3, 0, -1, -1, 0,
                         "1.0000e+08", 0, 1.0, 2.0, 3.0])
    return rows


def text(header, trees):
    lines = [f"#tree {rows[0][1]}\n" + "".join(" ".join(map(str, row)) + "\n" for row in rows) for rows in trees]
    return f"{header}{len(trees)}\n" + "".join(lines)


def write(name, change=None, header=HEADER):
    trees = [tree(n) for n in range(1, 13)]
    if change:
        change({row[1]: row for rows in trees for row in rows})
    content = text(header, trees)
    with open(f"{folder}/{name}.dat", "w") as file:
        file.write(content)
    return content


def put(halo, column, value):
    names = [word.split("(")[0] for word in HEADER[1:HEADER.index("\n")].split()]
    place = names.index(column)
    return lambda halos: halos[halo].__setitem__(place, value)


folder = sys.argv[1]
sound = write("sound")
write("negative", put(704, "Mvir", "-1.0e9"))
write("zero", put(704, "Mvir", "0.0"))
write("nan", put(704, "Mvir", "nan"))
write("word", put(704, "Mvir", "heavy"))
write("twice", put(1120, "id", 705))
write("nowhere", put(720, "desc_id", 777))
write("past", put(720, "desc_id", 705))
write("same_time", put(720, "desc_id", 704))
write("host", put(720, "upid", 777))


def circle(halos):  # the root descends into its own ancestor
    put(701, "desc_id", 706)(halos)
    put(701, "desc_scale", f"{SCALES[5]:.5f}")(halos)


def host_circle(halos):
    put(720, "upid", 704)(halos)
    put(704, "upid", 720)(halos)


write("circle", circle)
write("host_circle", host_circle)
write("missing", header=HEADER.replace("desc_id(3)", "nothing(3)"))
write("no_mass", header=HEADER.replace("Mvir(8)", "mass(8)"))
write("omega", header=HEADER.replace("M = 0.308900; Omega_L = 0.691100", "M = 0.270000; Omega_L = 0.730000"))
write("hubble", header=HEADER.replace("h0 = 0.677400", "h0 = 0.700000"))
write("curved", header=HEADER.replace("Omega_L = 0.691100", "Omega_L = 0.591100"))
write("headless", header="")
line = sound.rindex("\n", 0, len(sound) * 2 // 3) + 1
open(f"{folder}/cut_in_line.dat", "w").write(sound[:line + 20])
open(f"{folder}/cut_at_line.dat", "w").write(sound[:line])
open(f"{folder}/empty.dat", "w")
packed = gzip.compress(sound.encode())
open(f"{folder}/cut.dat.gz", "wb").write(packed[:len(packed) * 2 // 3])
open(f"{folder}/damaged.dat.gz", "wb").write(packed[:600] + bytes(255 - b for b in packed[600:620]) + packed[620:])
P
trees=$folder/trees
mkdir "$trees" "$trees/nothing"
"$python" "$folder/trees.py" "$trees" || fail "no faulty trees were made"
"$program" run -q params/nbody_64.json --trees "$trees/sound.dat" --out "$folder/sound" ||
  fail "the sound trees are refused"

# faulty NAME RANKS WORDS WHERE
faulty() { refused "$2" "$3" "$4" params/nbody_64.json --trees "$trees/$1"; }
faulty none "3" "cannot be read: No such file" "$trees/none"
faulty nothing "" "holds no trees" "$trees/nothing"
faulty empty.dat "3" "is empty" "empty.dat"
faulty headless.dat "" "does not name columns" "headless.dat, line 1"
faulty cut_in_line.dat "3" "ends inside a line: the file was cut" "cut_in_line.dat, line"
faulty cut_at_line.dat "3" "should hold 12 trees, but" "cut_at_line.dat"
faulty cut.dat.gz "3" "is cut off" "cut.dat.gz, byte"
faulty damaged.dat.gz "" "is damaged" "damaged.dat.gz, near byte"
faulty nowhere.dat "3" "the descendant of halo 720, halo 777, does not exist" "halo 720 at z = "
faulty host.dat "" "the host of halo 720, halo 777, does not exist" "halo 720"
faulty circle.dat "3" "circle" "halo 70"
faulty host_circle.dat "" "run in a circle" "halo 7"
faulty past.dat "3" "720" "halo 720"
grep -q "in its past" "$folder/stderr" || fail "descendant in the past: $(cat "$folder/stderr")"
faulty same_time.dat "" "halo 720" "halo 720"
faulty twice.dat "3" "halo id 705 occurs twice" "twice.dat"
faulty negative.dat "3" "the mass of a halo is '-1.0e9'" "negative.dat, line"
faulty zero.dat "3" "the mass of a halo is '0.0'" "zero.dat, line"
faulty nan.dat "" "the mass of a halo is 'nan'" "nan.dat, line"
faulty word.dat "" "column 'Mvir' holds 'heavy'" "word.dat, line"
faulty missing.dat "3" "column 'desc_id' is missing" "missing.dat, line 1"
faulty no_mass.dat "" "column 'mvir' is missing" "no_mass.dat, line 1"
faulty omega.dat "3" "cosmology.omega_m" "omega.dat, header"
faulty hubble.dat "" "cosmology.h" "hubble.dat, header"
faulty curved.dat "" "curved" "curved.dat, header"

# --- stellar tables ---------------------------------------------------------------------------------------------------
"$program" tables build --out "$folder/stars.h5" >"$folder/stdout" || fail "tables build"
"$python" - "$folder" <<'P' || fail "no faulty tables were made"
import shutil
import sys
import h5py

folder = sys.argv[1]


def faulty(name):
    shutil.copy(f"{folder}/stars.h5", f"{folder}/{name}.h5")
    return h5py.File(f"{folder}/{name}.h5", "r+")


with faulty("schema") as file:
    file.attrs["schema"] = file.attrs["schema"] + 1
with faulty("kind") as file:
    file.attrs["kind"] = "something else"
with faulty("column") as file:
    del file["stars/lifetime"]
with faulty("unit") as file:
    file["stars/lifetime"].attrs["unit"] = "fortnight"
with faulty("value") as file:
    file["stars/lifetime"][3, 100] = float("nan")
with faulty("conservation") as file:
    file["ejecta/wind"][3, 100, 0] += 1.0
whole = open(f"{folder}/stars.h5", "rb").read()
open(f"{folder}/cut_stars.h5", "wb").write(whole[:len(whole) // 2])
open(f"{folder}/no_hdf5.h5", "w").write("Z M lifetime\n")
open(f"{folder}/empty.h5", "w")
P
# tables NAME RANKS WORDS
tables() { refused "$2" "$3" "$1.h5" params/nbody_64.json --set "stars.table_file=$folder/$1.h5"; }
"$program" run -q params/nbody_64.json --trees "$trees/sound.dat" --set "stars.table_file=$folder/stars.h5" \
  --out "$folder/sound" ||
  fail "the sound tables are refused"
tables schema "3" "attribute 'schema'"
tables kind "" "attribute 'kind'"
tables column "" "'/stars/lifetime' is missing"
tables unit "" "'fortnight'"
tables value "" ""
tables conservation "" ""
tables cut_stars "3" ""
tables no_hdf5 "" ""
tables empty "" ""
tables none "3" ""

# --- a place that cannot take the output ------------------------------------------------------------------------------
# nowhere PLACE RANKS WORDS ARGUMENTS...: a run into PLACE is refused
nowhere() {
  local place=$1 ranks=$2 words=$3 n
  shift 3
  for n in $ranks; do
    case_name="output into $place on $n ranks"
    cecropia "$n" run params/nbody_64.json "$@" --out "$place" >"$folder/stdout" 2>"$folder/stderr"
    judge $? "$words" "$place"
    unharmed
  done
}
nowhere "$out/run.json" "1 3" "has the name of a file"
nowhere "$out/run.json/below" "1" "failed"
nowhere /proc/out "1 3" "failed"
nowhere /dev/null "1" "has the name of a file"
# The bug: a place that the system does not even look at was called a defect of the program.
nowhere "$folder/$(printf 'x%.0s' {1..300})" "1 3" "File name too long"
ln -s loop "$folder/loop"
nowhere "$folder/loop/out" "1" "Too many levels of symbolic links"
somebody=(setpriv --reuid=65534 --regid=65534 --clear-groups env -u CECROPIA_CACHE -u XDG_CACHE_HOME HOME="$folder")
if [ "$(id -u)" = 0 ] && "${somebody[@]}" test -x "$program" -a -r params/nbody_64.json 2>/dev/null; then
  case_name="output where somebody else may not look" # mktemp makes folders for their owner only
  somebody_says() { timeout -k 10 "$patience_s" "${somebody[@]}" "$@" >"$folder/stdout" 2>"$folder/stderr"; }
  somebody_says "$program" run params/nbody_64.json --out "$folder/closed"
  judge $? "Permission denied" "$folder/closed"
  somebody_says "$python" -B tools/report.py "$folder/closed"
  code=$?
  [ $code = 2 ] && grep -q "Permission denied" "$folder/stderr" ||
    fail "a report where one may not look: $code, $(cat "$folder/stderr")"
  elsewhere=$("${somebody[@]}" mktemp -d)
  somebody_says "$program" run -q "${small_eps[@]}" --out "$elsewhere" ||
    fail "a home where one may not look: $(cat "$folder/stderr")"
  rm -rf "$elsewhere"
else
  echo "not tested: places where one may not look, because nobody else can run this program here"
fi
mkdir -p "$folder/taken/run.json" "$folder/taken_too/run.h5"
nowhere "$folder/taken" "1" "has the name of a folder"
nowhere "$folder/taken_too" "1 3" "has the name of a folder"
if [ "$(id -u)" != 0 ]; then  # root may write everywhere
  mkdir "$folder/closed"
  chmod a-w "$folder/closed"
  nowhere "$folder/closed" "1 3" "Permission denied"
  nowhere "$folder/closed/below" "1" "Permission denied"
else
  echo "not tested: a folder without write permission, because root may write everywhere"
fi

# A disk that is full, as a limit of the file size, which everybody may set: at the start and in the middle of the
# catalogues. mpirun stays outside of the limit, because its own files are larger.
complete=("${small_eps[@]}" --set output.levels=all --set 'output.properties=["all"]')
for limit_kib in 100 1500 2500; do
  for n in 1 3; do
    case_name="a limit of $limit_kib KiB on $n ranks"
    # shellcheck disable=SC2016
    OMPI_MCA_btl=self,tcp timeout -k 10 "$patience_s" mpirun -n $n bash -c 'ulimit -f "$0"; exec "$@"' $limit_kib \
      "$program" run -q "${complete[@]}" --out "$out" >"$folder/stdout" 2>"$folder/stderr"
    judge $? "File too large" "$out/run.h5"
    unharmed
  done
done
"$program" run -q "${complete[@]}" --out "$folder/complete" || fail "without a limit"
[ "$(stat -c %s "$folder/complete/run.h5")" -gt $((1500 * 1024)) ] || fail "the limit was not in the way"

# The same with file systems that are too small or read-only, where this system lets us mount one: as root, or as root
# of a name space of our own.
mounting=""
for way in "unshare -m" "unshare -Urm"; do
  # shellcheck disable=SC2016
  [ -n "$mounting" ] ||
    ! $way bash -c 'mount -t tmpfs -o size=16k tmpfs "$0" && mount -o remount,bind,ro "$0"' "$trees" >"$folder/said" 2>&1 ||
    mounting=$way
done
cat >"$folder/small_disk.sh" <<'S'
# small_disk.sh OPTIONS OUT COMMAND...: the command sees a file system with OPTIONS at OUT, with the files of OUT in it
# (and, where OPTIONS is "full", no byte free)
options=$1 out=$2
shift 2
copy=$(mktemp -d)
cp -p "$out"/* "$copy"
case $options in size=*) size=$options ;; *) size=size=8m ;; esac
mount -t tmpfs -o "$size" tmpfs "$out" || exit 70
cp -p "$copy"/* "$out"
rm -r "$copy"
case $options in
  full) cat /dev/zero >"$out/rest" 2>&- ;;
  ro) mount -o remount,bind,ro "$out" || exit 71 ;;
esac
code=0
"$@" || code=$?
[ $options != full ] || rm "$out/rest"
cd "$out" && ls -Am && cksum run.json run.h5 && head -n 1 run.log
exit $code
S
if [ -n "$mounting" ]; then
  for options in full size=64k size=3000k ro; do
    for n in 1 3; do
      case_name="a file system with $options on $n ranks"
      $mounting bash "$folder/small_disk.sh" $options "$out" timeout -k 10 "$patience_s" \
        mpirun -n $n "$program" run -q "${complete[@]}" --out "$out" >"$folder/said" 2>"$folder/stderr"
      code=$?
      : >"$folder/stdout"
      if [ $options = ro ]; then words="Read-only file system"; else words="No space left on device"; fi
      judge $code "$words" "$out/run."
      [ "$(cat "$folder/said")" = "$(cd "$out" && ls -Am && cksum run.json run.h5 && head -n 1 run.log)" ] ||
        fail "$case_name: left: $(cat "$folder/said")"
    done
  done
else
  echo "not tested: small and read-only file systems, because nothing can be mounted here"
fi
unharmed

# --- the user's page --------------------------------------------------------------------------------------------------
"$python" - "$folder/messages" <<'P' || fail "docs/errors.md shows messages that nobody gets"
import pathlib
import re
import sys

messages = open(sys.argv[1]).read().splitlines()
before, formats, after = re.split("^(?=## Tree files of other formats$)|^(?=## Stellar tables$)", open("docs/errors.md").read(), flags=re.M)


def shown_in(page):
    rows = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `")]
    return [text for row in rows for text in re.findall("`([^`]+)`", row)]


def unheard_of(shown, messages):
    return [text for text in shown
            if not any(re.fullmatch(".*".join(map(re.escape, text.split("..."))), message) for message in messages)]


# Tests of single formats provoke what their readers say (tests/unit/tree); here it must be what the sources say.
sources = [p.read_text() for room in ("tree", "io", "app") for p in pathlib.Path("src", room).glob("*.cpp")]
texts = [re.sub(r"\{[^{}]*\}", "...", "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', literal)))
         for source in sources for literal in re.findall(r'(?:"(?:[^"\\\n]|\\.)*"\s*)+', source)]
assert len(shown_in(formats)) > 40
silent = unheard_of(shown_in(formats), texts)
shown = shown_in(before + after)
shown = [text for text in shown if not text.startswith(("stellar product: ", "the stellar tables begin", "this checkpoint", "opening the file failed: Too many",
                                                            "writing through a symbolic link"))]  # in other tests
assert len(shown) > 40, len(shown)
sys.exit("\n".join(silent + unheard_of(shown, messages)) or 0)
P
finish
