#!/bin/bash
# `cecropia tables import` as a user meets it: the four layouts, a run with each table on one and two ranks, tables that are
# held once per node, and faulty products: exit code 2, one message that names the place, the earlier file intact.
set -u
. "${CECROPIA_SOURCE_DIR:?}/tests/system/lib.sh"
export CECROPIA_CACHE=$folder/cache
products=$folder/products
"$python" tests/testing/stellar_products.py "$products" || fail 'the products were not written'
"$program" tables build --out "$folder/standard.h5" >/dev/null || fail 'no standard tables'
"$program" tables export --file "$folder/standard.h5" --out "$products/table.csv" >/dev/null || fail 'no export'

import() { timeout -k 10 "$patience_s" "$program" tables import "$@"; }

# --- what was put in comes out ----------------------------------------------------------------------------------
declare -A path=([parsec]=parsec [sevn]=sevn [nupycee]=nupycee.txt [csv]=table.csv)
for layout in parsec sevn nupycee csv; do
  printed=$(import "$products/${path[$layout]}" --out "$folder/$layout.h5" 2>&1) || fail "$layout: $printed"
  grep -qF "layout         $layout" <<<"$printed" || fail "$layout was taken for something else: $printed"
  import "$products/${path[$layout]}" --out "$folder/again.h5" --format "$layout" -q >/dev/null || fail "$layout by name"
  cmp -s "$folder/$layout.h5" "$folder/again.h5" || fail "$layout: two imports differ"
  "$program" tables info --file "$folder/$layout.h5" | grep -qF 'gaps, and where their content comes from' || fail "$layout: no report"
done
hash_of() { "$program" tables info --file "$1" | sed -n 's/^content  *//p'; }
[ "$(hash_of "$folder/csv.h5")" = "$(hash_of "$folder/standard.h5")" ] || fail 'CSV is not the way back'

"$python" - "$folder" <<'P' || fail 'the tables do not hold what the products said'
import sys, h5py, numpy as np
sys.path.insert(0, "tests/testing")
import stellar_products as made

def star(name, m, z):
    f = h5py.File(f"{sys.argv[1]}/{name}.h5")
    i, j = np.argmin(abs(np.log(f["grid/z"][:] / max(z, 1e-11)))), np.argmin(abs(f["grid/m"][:] - m))
    assert f["grid/m"][j] == m, (name, m)
    slots = [s.decode() for s in f["grid/slots"][:]]
    s = {k: f["stars"][k][i, j] for k in f["stars"]}
    s["fate"] = f["grid/fates"][:][s["fate"]].decode()
    s["wind"], s["sn"] = (dict(zip(slots, f["ejecta"][k][i, j])) for k in ("wind", "sn"))
    s["imbalance"] = abs(f["import/imbalance"][i, j])
    assert abs(sum(s["wind"].values()) + sum(s["sn"].values()) + s["m_rem_baryonic"] - m) < 1e-12 * m, (name, m, z)
    return s

near = lambda a, b, rtol=1e-6: np.testing.assert_allclose(a, b, rtol=rtol, atol=1e-7)
for z in (1e-4, 4e-3, 1.4e-2):
    born = made.surface(z)
    for m in (14, 40, 100, 200, 600):
        m_fin, m_he, m_co, m_rem, m_bar, fate, core = made.end(m, z)
        s = star("parsec", m, z)
        near([s["m_fin"], s["m_he"], s["m_co"], s["m_rem_gravitational"], s["m_rem_baryonic"]], [m_fin, m_he, m_co, m_rem, m_bar])
        assert s["fate"] == fate
        near(s["wind"]["O"], (m - m_fin) * born["O16"])
        near(s["wind"]["Ne"], (m - m_fin) * (born["NE20"] + born["NE22"]))
        near(s["sn"]["Fe"], (m_fin - m_bar - core) * born["FE"] + core * 0.03)
        near(s["lifetime"], made.life_myr(m))
        q = 10 ** (49.3 + 2.2 * np.log10(m / 40) - 0.1 * np.log10(z / 1e-4))
        near(s["log10_q"], np.log10(0.8 * q))
        near(s["log10_q_lw"], np.log10(0.6 * 0.8 * q))
    for m in (9, 24, 100, 300):
        m_fin, m_he, m_co = made.end(m, z)[:3]
        s = star("sevn", m, z)
        near([s["m_fin"], s["m_he"], s["m_co"], s["lifetime"]], [m_fin, m_he, m_co, made.life_myr(m)])
        near(sum(s["wind"].values()), m - m_fin, 1e-7)
for z in (0, 0.004):
    for m in (5, 20, 200):
        s = star("nupycee", m, z)
        near(s["lifetime"], made.life_myr(m), 1e-4)
        m_bar, core = (0.8, 0.0) if m < 8 else (0.0, 0.4 * m) if m > 100 else (1.5 + m / 40, 0.15 * m)
        near(s["wind"]["O"] + s["sn"]["O"], (m - m_bar - core) * made.surface(z)["O16"] + core * 0.62, 1e-4)
        assert s["imbalance"] < 1e-3
        assert s["fate"] == ("WD" if m < 8 else "PISN" if m > 100 else "CCSN")
P

# --- a run with each of them, the same bytes on one and two ranks ----------------------------------------------------
for layout in parsec sevn nupycee csv; do
  for ranks in 1 2; do
    cecropia $ranks run "${small_eps[@]}" --set "stars.table_file=$folder/$layout.h5" --out "$folder/$layout.$ranks" -q >"$folder/log" 2>&1 ||
      fail "run with $layout on $ranks ranks: $(cat "$folder/log")"
  done
  cmp -s "$folder/$layout.1/run.h5" "$folder/$layout.2/run.h5" || fail "$layout: one and two ranks differ"
done

# --- more than 16 MiB: once per node, and still the same bytes -----------------------------------------------------------
"$python" tests/testing/stellar_products.py finer "$products/table.csv" "$products/finer.csv" 16
import "$products/finer.csv" --out "$folder/finer.h5" --fill none -q >/dev/null || fail 'the large table'
for ranks in 1 2; do
  cecropia $ranks run "${small_eps[@]}" --set "stars.table_file=$folder/finer.h5" --out "$folder/finer.$ranks" >"$folder/log" 2>&1 ||
    fail "run with the large table on $ranks ranks: $(cat "$folder/log")"
  [ "$(grep -cF 'MiB live once per node' "$folder/log")" = 1 ] || fail "the large table on $ranks ranks: $(cat "$folder/log")"
done
cmp -s "$folder/finer.1/run.h5" "$folder/finer.2/run.h5" || fail 'the large table: one and two ranks differ'

# --- tables that do not reach the stars that are drawn ---------------------------------------------------------------
awk -F, '/^#/ || $1 == "z" || ($2 > 14 && $2 < 300)' "$products/table.csv" >"$products/short.csv"
import "$products/short.csv" --out "$folder/short.h5" --fill none -q >/dev/null || fail 'the short table'
printed=$(cecropia 2 run "${small_eps[@]}" --set "stars.table_file=$folder/short.h5" --out "$folder/short" 2>&1)
[ $? = 2 ] || fail "a table that begins at 14 Msun was used: $printed"
sed -n 's/.* error: //p' <<<"$printed" >>"$folder/messages"
[ "$(grep -cF 'the stellar tables begin at 14.' <<<"$printed")" = 1 ] || fail "a table that begins at 14 Msun: $printed"
import "$products/short.csv" --out "$folder/short.h5" -q >/dev/null || fail 'the short table, filled'
cecropia 1 run "${small_eps[@]}" --set "stars.table_file=$folder/short.h5" --out "$folder/short" -q >/dev/null 2>&1 || fail 'the filled table'

# --- faults ------------------------------------------------------------------------------------------------------
out=$folder/kept.h5
cp "$folder/csv.h5" "$out"
faults=0
refused() { # TEXT ARGUMENTS...
  local text=$1 printed got
  shift
  cp "$folder/csv.h5" "$out"
  faults=$((faults + 1))
  printed=$(import "$@" --out "$out" 2>&1)
  got=$?
  sed -n 's/.* error: //p' <<<"$printed" >>"$folder/messages"
  [ $got = 2 ] || fail "'$*' ended with $got instead of 2: $printed"
  [ "$(grep -cF -- "$text" <<<"$printed")" = 1 ] || fail "'$*' did not say '$text' once, but: $printed"
  [ "$(grep -cF 'error:' <<<"$printed")" = 1 ] || fail "'$*' said more than one thing: $printed"
  for part in where expected 'to fix'; do
    grep -qE "$part +:" <<<"$printed" || fail "'$*' does not say '$part': $printed"
  done
  cmp -s "$out" "$folder/csv.h5" || fail "'$*' changed the file that was there"
}
damaged() { # COPY ORIGINAL SED-EXPRESSION: a copy with one fault
  mkdir -p "$(dirname "$folder/$1")"
  sed "$3" "$products/$2" >"$folder/$1"
  cmp -s "$products/$2" "$folder/$1" && fail "the fault of $1 changed nothing"
}
# CSV: rows 1 and 2 are comments, row 3 the header, row 4 the lightest metal-free star
small='1,3p;4,40p'
sed -n "$small" "$products/table.csv" >"$products/few.csv"
cell() { # ROW COLUMN VALUE: a copy of few.csv with one cell changed
  awk -F, -v OFS=, -v row="$1" -v column="$2" -v value="$3" 'NR == 3 { for (i = 1; i <= NF; ++i) if ($i == column) at = i }
    NR == row { $at = value } { print }' "$products/few.csv" >"$folder/bad.csv"
  cmp -s "$products/few.csv" "$folder/bad.csv" && fail "cell $1 $2 $3 changed nothing"
}
cell 30 sn_O_msun -1
refused "bad.csv, row 30, column 'sn_O_msun'" "$folder/bad.csv"
cell 31 wind_He_msun NaN
refused "bad.csv, row 31, column 'wind_He_msun'" "$folder/bad.csv"
cell 32 lifetime_myr 500
refused "bad.csv, row 32, column 'lifetime_myr'" "$folder/bad.csv"
cell 33 lifetime_myr 27.9
refused "lives 27.9 Myr, and the lighter one" "$folder/bad.csv"
cell 20 z ''
refused "bad.csv, row 20, column 'z'" "$folder/bad.csv"
cell 21 fate SNII
refused "the fate 'SNII' is unknown" "$folder/bad.csv"
cell 22 m_msun "$(awk -F, 'NR == 21 { print $2 }' "$products/few.csv")"
refused 'is there twice' "$folder/bad.csv"
cell 23 m_rem_baryonic_msun 3
refused 'of its mass: wind' "$folder/bad.csv"
cell 24 log10_q_per_s 1e44
refused 'that is no logarithm' "$folder/bad.csv"
cell 25 e_sn_erg 2
refused 'an explosion of 2 erg in the star of' "$folder/bad.csv"
cell 26 z 0.7
refused 'the metallicity 0.7 is not a mass fraction' "$folder/bad.csv"
cell 27 m_rem_baryonic_msun 0.1
refused 'loses 0.' "$folder/bad.csv"
cell 38 log10_q_per_s 0.5
refused "bad.csv, row 38, column 'log10_q_per_s'" "$folder/bad.csv"
cell 38 m_he_msun 0.003
refused "bad.csv, row 38, column 'm_he_msun'" "$folder/bad.csv"
cell 28 lifetime_myr ''
refused 'has no lifetime' "$folder/bad.csv" --fill none
cell 30 m_fin_msun 0.9
refused 'and its final mass is 0.9 Msun' "$folder/bad.csv"
damaged name.csv few.csv '3s/f_fallback/fallback/'
refused "column 'fallback' is unknown" "$folder/name.csv"
damaged column.csv few.csv '3s/sn_Mg_msun/m_he_msun/;3s/,m_he_msun,/,m_he_msun,/'
refused "column 'm_he_msun' stands there twice" "$folder/column.csv"
cut -d, -f 1-39 "$products/few.csv" >"$folder/less.csv"
refused "column 'sn_Oth_msun' is missing" "$folder/less.csv"
damaged unit.csv few.csv '3s/lifetime_myr/lifetime_gyr/'
refused "column 'lifetime_gyr' has another unit" "$folder/unit.csv"
damaged cut.csv few.csv '40s/,[^,]*,[^,]*$//'
refused 'cut.csv, row 40' "$folder/cut.csv"
awk -F, '/^#/ || $1 == "z" || $1 == "0.01" || ($1 == "0.014" && $2 != 5)' "$products/table.csv" >"$folder/gap.csv"
refused 'the star of 5 Msun, Z = 0.014 is missing' "$folder/gap.csv" --fill none
awk -F, '/^#/ || $1 == "z" || $2 < 20 || $2 > 100' "$products/table.csv" >"$folder/hole.csv"
refused 'Msun at any metallicity' "$folder/hole.csv" --fill none
import "$folder/hole.csv" --out "$folder/hole.h5" | grep -qF 'star of this mass: 20' || fail 'a hole in mass is not listed as a gap'
# what is read is never written over, and only what an import uses can be set
cp "$products/few.csv" "$folder/source.csv"
for target in "$folder/source.csv" "$folder/./source.csv"; do
  printed=$(import "$folder/source.csv" --out "$target" 2>&1)
  [ $? = 2 ] || fail "--out on its own input: $printed"
  cmp -s "$products/few.csv" "$folder/source.csv" || fail 'the source was written over'
done
printed=$(import "$products/sevn" --out "$products/sevn/0004/new.h5" 2>&1)
[ $? = 2 ] && [ ! -e "$products/sevn/0004/new.h5" ] || fail "--out inside of its input: $printed"
for assignment in stars.tables=hartwig2022 stars.table_file=x.h5 stars.imf2_max_msun=100 eps.n_trees=3; do
  printed=$(import "$products/few.csv" --out "$folder/set.h5" --set "$assignment" 2>&1)
  [ $? = 2 ] || fail "--set $assignment was taken by an import: $printed"
done
import "$products/few.csv" --out "$folder/set.h5" --set stars.remnant=rapid -q >/dev/null || fail 'a prescription was not taken'
# PARSEC
fresh_parsec() {
  rm -rf "$folder/parsec"
  cp -r "$products/parsec" "$folder/parsec"
}
total=ejecta/Z0.004_Y0.256_total_ejecta.dat
winds=ejecta/Z0.004_Y0.256_winds_ejecta.dat
fresh_parsec
rm "$folder/parsec/$total"
refused 'its companion for the whole life is missing' "$folder/parsec"
fresh_parsec
damaged "parsec/$total" "parsec/$total" '9s/FSN\|CCSN\|PPISN/SNII/'
refused "total_ejecta.dat, row 9, column 'SNT'" "$folder/parsec"
damaged "parsec/$total" "parsec/$total" '4s/ MG25 / QQ25 /'
refused "the isotope 'QQ25' is unknown" "$folder/parsec"
damaged "parsec/$total" "parsec/$total" '12s/ [^ ]*$//'
refused 'total_ejecta.dat, row 12' "$folder/parsec"
fresh_parsec
damaged "parsec/$winds" "parsec/$winds" '13s/^\([0-9.]* [0-9.]* [0-9.]* [0-9.]*\) [^ ]*/\1 5.0E+02/'
refused 'the winds carry 500 Msun of it' "$folder/parsec"
fresh_parsec
qh=photons/Z0.014_Y0.273/Z0.014Y0.273_ROT0.0_M40.0.TAB.QH
damaged "parsec/$qh" "parsec/$qh" 's/ QHI / QXX /'
refused 'no column of hydrogen-ionising photons' "$folder/parsec"
damaged "parsec/$qh" "parsec/$qh" '8,$d'
refused 'neither in years nor in Myr' "$folder/parsec"
# SEVN
fresh_sevn() {
  rm -rf "$folder/sevn"
  cp -r "$products/sevn" "$folder/sevn"
}
fresh_sevn
rm "$folder/sevn/0004/csup.dat"
refused '0004/csup.dat' "$folder/sevn"
fresh_sevn
damaged sevn/0014/lumi.dat sevn/0014/lumi.dat '8s/ [^ ]*$//'
refused '0014/lumi.dat, row 8' "$folder/sevn"
fresh_sevn
damaged sevn/0014/time.dat sevn/0014/time.dat '8s/ [^ ]*$/ 1.0e-3/'
refused 'time falls from' "$folder/sevn"
fresh_sevn
mv "$folder/sevn/0014" "$folder/sevn/0001"
refused 'the folder says Z = 0.001' "$folder/sevn"
fresh_sevn
damaged sevn/0014/mass.dat sevn/0014/mass.dat '8s/ [^ ]*$/ 99.0/'
refused 'the mass rises from' "$folder/sevn"
fresh_sevn
damaged sevn/0014/mhe.dat sevn/0014/mhe.dat '8s/ [^ ]*$/ 99.0/'
refused 'is heavier than its star' "$folder/sevn"
fresh_sevn
damaged sevn/0014/radius.dat sevn/0014/radius.dat 's/e+0\([0-9]\)/e+1\1/g'
refused 'a surface of' "$folder/sevn"
fresh_sevn
damaged sevn/0014/mco.dat sevn/0014/mco.dat '8s/ [^ ]*$/ 0.0/'
refused 'ends without a carbon-oxygen core' "$folder/sevn"
fresh_sevn
damaged sevn/0014/mco.dat sevn/0014/mco.dat '$d'
refused '20 tracks are in it, and 21 in time.dat' "$folder/sevn"
# NuPyCEE
damaged fields.txt nupycee.txt '12s/ &1 &1$//'
refused 'fields.txt, row 12' "$folder/fields.txt"
damaged lacks.txt nupycee.txt '30d'
refused 'and lacks' "$folder/lacks.txt"
damaged announced.txt nupycee.txt 's/metallicities: 2/metallicities: 3/'
refused '3 metallicities are announced and 2 are there' "$folder/announced.txt"
damaged iso.txt nupycee.txt '0,/&O-16 /s//\&Ox-16 /'
refused "the isotope 'Ox-16' is unknown" "$folder/iso.txt"
head -c 4000 "$products/nupycee.txt" >"$folder/cut.txt"
refused 'was cut' "$folder/cut.txt"
damaged units.txt nupycee.txt 's/Units: Msun, year/Units: g, s/'
refused "the units 'g, s'" "$folder/units.txt"
damaged mfinal.txt nupycee.txt 's/^H Mfinal: 2.0000E+00/H Mfinal: 5.0000E+00/'
refused 'makes 0.15 of its mass' "$folder/mfinal.txt"
# anything else
echo 'no product at all' >"$folder/text.txt"
refused 'the layout is not known' "$folder/text.txt"
refused 'there is no such file or folder' "$folder/nowhere"
refused 'it has another layout than the one before it' "$products/table.csv" "$products/nupycee.txt"
[ $faults -ge 45 ] || fail "$faults faults only"
printed=$(import "$products/few.csv" --out "$folder/no/such/folder.h5" 2>&1)
[ $? = 2 ] || fail "a folder that is not there: $printed"

# --- the user's page ---------------------------------------------------------------------------------------------
"$python" - "$folder/messages" <<'P' || fail 'docs/errors.md shows messages that nobody gets'
import re
import sys

messages = open(sys.argv[1]).read().splitlines()
rows = [line.split("|")[1] for line in open("docs/errors.md") if line.startswith("| `")]
shown = [text for row in rows for text in re.findall("`([^`]+)`", row) if text.startswith(("stellar product: ", "the stellar tables begin"))]
assert len(shown) > 30, len(shown)
unheard = [text for text in shown if not any(re.fullmatch(".*".join(map(re.escape, text.split("..."))), message) for message in messages)]
sys.exit("\n".join(unheard) or 0)
P
finish
