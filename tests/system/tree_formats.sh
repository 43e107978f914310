# shellcheck shell=bash disable=SC2154
# What the tests of tree formats share; after lib.sh. The real trees in another format must give the same run as their
# reference, $folder/reference, which is consistent-trees text.

# in_python: a program on the standard input that finds the writers of tests/testing/tree_formats; what it prints is left
# in $folder/python
in_python() {
  PYTHONPATH=$source_dir/tests/testing/tree_formats "$python" - >"$folder/python" || fail "python ended with $?"
}

# run_on RANKS TREES NAME ARGUMENTS...: a run on these trees into $folder/NAME
run_on() {
  local ranks=$1 trees=$2 name=$3
  shift 3
  cecropia "$ranks" run params/nbody_64.json -q --trees "$trees" --set trees.format=auto --out "$folder/$name" "$@" \
    2>"$folder/stderr"
}

# reference_run ARGUMENTS...
reference_run() {
  run_on 1 "$folder/reference" of_reference --set trees.format=consistent_trees "$@" ||
    fail "the reference: $(cat "$folder/stderr")"
}

# same_as_reference RANKS TREES ARGUMENTS...
same_as_reference() {
  local ranks=$1 trees=$2
  shift 2
  rm -rf "$folder/other"
  run_on "$ranks" "$trees" other "$@" || fail "$trees on $ranks ranks: $(cat "$folder/stderr")"
  "$python" tests/testing/tree_formats/same_run.py "$folder/of_reference/run.h5" "$folder/other/run.h5" ||
    fail "$trees on $ranks ranks differs from the reference"
}

# refused TEXT TREES ARGUMENTS...: exit code 2 and this text, on two ranks
refused() {
  local text=$1 trees=$2 code
  shift 2
  run_on 2 "$trees" refused "$@"
  code=$?
  [ $code = 2 ] || fail "$trees ended with $code instead of 2"
  grep -qF -- "$text" "$folder/stderr" || fail "$trees: '$text' is not in: $(cat "$folder/stderr")"
}
