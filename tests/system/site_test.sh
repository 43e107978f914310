#!/usr/bin/env bash
# The manual becomes a site that is whole, needs no network and works in a browser from the disk; what is dead or
# missing in a site or its pages is named.
set -uo pipefail
cd "$CECROPIA_SOURCE_DIR" || exit 1
# shellcheck source=tools/lib/house.sh
. tools/lib/house.sh
python=$(find_python numpy h5py sphinx myst_parser furo) || { echo "skipped: no python3 with sphinx, myst_parser and furo" && exit 77; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failures=0
fail() {
  printf 'FAILED: %s\n' "$*"
  failures=$((failures + 1))
}
site=$scratch/site

# --- the site of the project --------------------------------------------------------------------------------------------
"$python" tools/build_site.py "$site" || fail "the site is not built"
"$python" tools/check_site.py "$site" || fail "the site is not whole"
[ -f "$site/index.html" ] || { fail "no index.html" && exit 1; }
pages=$(find docs -name '*.md' | wc -l)
built=$(find "$site/docs" -name '*.html' | wc -l)
[ "$pages" = "$built" ] || fail "docs/ has $pages pages, the site $built"
cycle=$site/docs/theory/baryon_cycle.html
grep -q 'id="OUT-1"' "$cycle" || fail "the equation of the outflow rate has no anchor"
grep -q 'baryon_cycle.html#OUT-1' "$site/docs/parameters.html" || fail "a label does not lead to its equation"
grep -q 'M<sub>hot</sub>' "$cycle" || fail "indices are not lowered"
! grep -q 'R<sub>\*<em>\|_\*<em>\|<em>[^<]*M_</em>' "$cycle" || fail "a star in a formula has become emphasis"
grep -q 'outflow' "$site/searchindex.js" || fail "the search does not know a word of the manual"

# --- faults in a site are named -------------------------------------------------------------------------------------------
# expect WORDS COMMAND...: after the command in a copy of the site the check fails and says WORDS
expect() {
  local words=$1 said code=0
  shift
  rm -rf "$scratch/copy"
  cp -r "$site" "$scratch/copy"
  (cd "$scratch/copy" && "$@") || fail "'$*' cannot be done"
  said=$("$python" tools/check_site.py "$scratch/copy") || code=$?
  if [ $code != 1 ] || ! grep -qF -- "$words" <<<"$said"; then fail "not said: '$words'; exit code $code, $said"; fi
}
after_body() { sed -i "s|<body>|<body>$2|" "$1"; }
expect "errors.html' leads nowhere" rm docs/errors.html
expect "#OUT-1' names an anchor that is not there" sed -i 's/id="OUT-1"/id="OUT-0"/' docs/theory/baryon_cycle.html
expect "the anchor 'OUT-1' stands more than once" after_body docs/theory/baryon_cycle.html '<i id="OUT-1"></i>'
expect "loads 'https://cdn.example.org/m.js' from a network" \
  after_body docs/scans.html '<script src="https://cdn.example.org/m.js"></script>'
expect "loads '//fonts.example.org/f.woff' from a network" sh -c 'echo "a{src:url(//fonts.example.org/f.woff)}" >>_static/cecropia.css'
expect "'../../outside.html' leads out of the site" after_body docs/scans.html '<a href="../../outside.html">x</a>'
expect "docs/scans.html: has no title" sed -i 's|<title>[^<]*</title>|<title></title>|' docs/scans.html
expect "docs/scans.html: 1 images without a text" after_body docs/scans.html '<img src="../_static/file.png">'
expect "docs/lonely.html: no way leads from index.html" cp docs/scans.html docs/lonely.html
expect "docs/scans.html: the search does not know this page" sed -i 's|"docs/scans"|"docs/scan"|' searchindex.js

# --- in a browser: no complaint, and the colours follow the system until the switch is used -------------------------------
if command -v chromium >/dev/null; then
  PYTHONPATH=tests/testing timeout -k 10 120 "$python" - "$site/docs/index.html" <<'P' || fail "the site in a browser"
import pathlib
import sys

from browser import Browser

PAGE = pathlib.Path(sys.argv[1]).resolve().as_uri()
STATE = """(() => { const light = c => c.match(/\\d+/g).slice(0, 3).reduce((a, b) => a + Number(b), 0);
  const body = getComputedStyle(document.body); return light(body.color) > light(body.backgroundColor); })()"""
SIZE = "[document.documentElement.scrollWidth, innerWidth, document.body.getBoundingClientRect().left]"
SWITCH = "[...document.querySelectorAll('.theme-toggle')].find(b => b.getClientRects().length).click()"
with Browser() as browser:
    for width, phone in ((1280, False), (390, True)):
        for dark in (False, True):
            browser.open(PAGE, width, dark=dark, phone=phone)
            assert browser.run(STATE) == dark, (width, dark, "the system's colours")
            assert browser.run(SIZE) == [width, width, 0], (width, dark, browser.run(SIZE))
            seen = []
            for _ in range(3):
                browser.run(SWITCH)
                seen.append(browser.run("document.body.dataset.theme"))
                assert browser.run(STATE) == {"light": False, "dark": True, "auto": dark}[seen[-1]], (width, dark, seen)
            assert sorted(seen) == ["auto", "dark", "light"], seen
    assert not browser.complaints, browser.complaints
P
else
  echo "no chromium: the site was not looked at in a browser"
fi

# --- faults in pages stop the build ---------------------------------------------------------------------------------------
small=$scratch/small
# refused WORDS: the small project becomes no site, with one message and exit code 2
refused() {
  local said code=0
  said=$("$python" tools/build_site.py "$scratch/none" "$small" 2>&1) || code=$?
  if [ $code != 2 ] || ! grep -qF -- "$1" <<<"$said"; then fail "not said: '$1'; exit code $code, $said"; fi
  [ ! -e "$scratch/none" ] || fail "a refused site was left behind"
}
small_project() {
  rm -rf "$small"
  mkdir -p "$small/docs"
  echo 'project(cecropia VERSION 1.2.3' >"$small/CMakeLists.txt"
  printf '# Index\n\n| you want to | read |\n|---|---|\n| read | [page.md](page.md) |\n' >"$small/docs/index.md"
  printf '# Page\n\nText.\n' >"$small/docs/page.md"
}
small_project
echo 'See [there](lost.md).' >>"$small/docs/page.md"
echo '# Lost' >"$small/docs/lost.md"
refused "no table of docs/index.md or of a README.md in docs/ names docs/lost.md"
small_project
echo 'See [there](index.md#nowhere).' >>"$small/docs/page.md"
refused "nowhere"
mkdir "$scratch/mine" && touch "$scratch/mine/thesis.tex"
said=$("$python" tools/build_site.py "$scratch/mine" 2>&1) && fail "a folder that is no site was replaced"
grep -q 'is no site' <<<"$said" || fail "not said that the folder is no site: $said"
[ -f "$scratch/mine/thesis.tex" ] || fail "a file of the user is gone"

[ $failures = 0 ] && echo "all right"
exit $((failures > 0))
