#!/usr/bin/env bash
# What the tutorials let their readers do can be done: the worked example of a new process applies to the sources, compiles, and
# has its label, function and test; the scan of the cluster tutorial is understood, and its lines of Python read a scan.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"

# --- add_a_process.md -------------------------------------------------------------------------------------------------
copy=$folder/copy
mkdir "$copy"
cp -r include src tests docs tools CMakeLists.txt CITATION.cff CHANGELOG.md "$copy"
patch_file=docs/tutorials/add_a_process/gas_return.patch
if (cd "$copy" && patch -p1 --fuzz=0 --no-backup-if-mismatch <"$source_dir/$patch_file" >"$folder/said"); then
  for source in src/physics/parameters.cpp src/model/evolve.cpp tests/unit/physics/cycle_test.cpp; do
    "${CXX:-c++}" -std=c++20 -fsyntax-only -I"$copy/include" -I"$copy/src" -I"$copy/tests" "$copy/$source" 2>"$folder/stderr" ||
      fail "$source does not compile any more: $(head -n 20 "$folder/stderr")"
  done
  "$python" "$copy/tools/check_equations.py" "$copy" >"$folder/said" || fail "labels: $(cat "$folder/said")"
  "$python" "$copy/tools/list_equations.py" "$copy" >"$folder/said" || fail "list of equations: $(cat "$folder/said")"
  grep -q 'RET-1.*fallen_back_msun.*update.hpp.*cycle_test.cpp' "$copy/docs/theory/equations.md" ||
    fail "the new equation is not in the list with its function and its test"
  # The test of the label is no formality: without the test the list is refused.
  sed -i 's/RET-1/the return/; s/fallen_back_msun(/other(/' "$copy/tests/unit/physics/cycle_test.cpp"
  sed -i 's/fallen_back_msun(/other(/' "$copy/tests/unit/physics/cycle_test.cpp"
  "$python" "$copy/tools/list_equations.py" "$copy" >"$folder/said" && fail "an equation without a test is accepted"
  grep -q 'RET-1: no test names the label' "$folder/said" || fail "not said that RET-1 has no test: $(cat "$folder/said")"
else
  fail "$patch_file does not apply any more: $(cat "$folder/said")"
fi
# What the page shows is what the patch does.
"$python" - docs/tutorials/add_a_process.md "$patch_file" <<'P' || fail "add_a_process.md shows other code than its patch"
import pathlib, re, sys

page, patch = (pathlib.Path(p).read_text() for p in sys.argv[1:])
added = {line[1:].strip() for line in patch.splitlines() if line.startswith("+")}
shown = [line.strip() for block in re.findall(r"```cpp\n(.*?)```", page, re.S) for line in block.splitlines()]
lost = [s for s in shown if s and s not in added and s != "// ..." and not re.match(r"// (include|src)/|b\.mass = ", s)]
print("\n".join(lost))
sys.exit(bool(lost) or len(shown) < 20)
P

# --- cluster.md -------------------------------------------------------------------------------------------------------
mkdir -p "$folder/there/build/bin" "$folder/there/out"
ln -s "$source_dir/params" "$folder/there/params"
ln -s "$program" "$folder/there/build/bin/cecropia"
"$python" - docs/tutorials/cluster.md "$folder/there" <<'P' || fail "cluster.md lacks a block"
import pathlib, re, sys

page, there = pathlib.Path(sys.argv[1]).read_text(), pathlib.Path(sys.argv[2])
(there / "scan.sh").write_text(next(b for b in re.findall(r"```sh\n(.*?)```", page, re.S) if "cat >my_scan.json" in b))
(there / "best.py").write_text(next(b for b in re.findall(r"```python\n(.*?)```", page, re.S) if "scan.h5" in b))
P
cd "$folder/there" || exit 1
CECROPIA_DATA=$source_dir bash -e scan.sh >said 2>&1 || fail "the scan file of the tutorial: $(cat said)"
[ "$(grep -c 'feedback.alpha_out' said)" = 15 ] || fail "not 15 points: $(cat said)"
sed 's/"n": 5/"n": 2/; s/\[0, 0.5, 1\]/[0]/' my_scan.json >small.json
CECROPIA_DATA=$source_dir timeout -k 10 "$patience_s" "$program" scan -q small.json "${small_eps[@]:1}" --out out/my_scan 2>stderr ||
  fail "the scan: $(cat stderr)"
"$python" best.py >said 2>&1 || fail "the lines of Python: $(cat said)"
[ "$(grep -c 'feedback.m_out0_msun' said)" = 2 ] || fail "not two points: $(cat said)"
finish
