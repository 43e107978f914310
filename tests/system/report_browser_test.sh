#!/usr/bin/env bash
# The page of tools/report in a browser, at a desk and on a phone, light and dark: nothing to complain of, every figure is
# there, links work, nothing is wider than the window, and the switch says and does the right thing.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"

if ! command -v chromium >/dev/null; then
  (install_missing 'chromium command chromium') >"$folder/said" 2>&1 || skip "no chromium: $(tail -n 1 "$folder/said")"
fi
"$python" tests/testing/synthetic_run.py "$folder/run" || fail "synthetic run"
PYTHON=$python tools/report "$folder/run" --out "$folder/page" >"$folder/said" 2>&1 || fail "report: $(cat "$folder/said")"

PYTHONPATH=tests/testing timeout -k 10 $((3 * patience_s)) "$python" - "$folder/page/report.html" <<'P' || fail "in the browser"
import pathlib
import sys

from browser import Browser

page = pathlib.Path(sys.argv[1]).resolve().as_uri()
IMAGES = """Promise.all([...document.images].map(i => i.decode().catch(() => 0))).then(() => [...document.images].map(i =>
  ({ theme: i.className, size: i.naturalWidth, seen: i.getClientRects().length > 0, width: i.clientWidth })))"""
STATE = """({ label: document.getElementById("theme").innerText,
  ground: getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number),
  ink: getComputedStyle(document.body).color.match(/\\d+/g).map(Number) })"""
LINKS = """(async () => { const bad = [], links = document.querySelectorAll('a[href^="#"]');
  for (const link of links) {
    scrollTo(0, link.hash === "#top" ? 1e6 : 0); link.click();
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    const target = document.getElementById(link.hash.slice(1));
    const top = target ? target.getBoundingClientRect().top : NaN;
    const end = scrollY + innerHeight > document.documentElement.scrollHeight - 2;
    if (location.hash !== link.hash || !(top > -2 && (top < 160 || (end && top < innerHeight)))) bad.push([link.hash, top]);
  }
  return { number: links.length, bad }; })()"""
LARGER = """[...document.querySelectorAll("figure")].map(f => { const button = f.querySelector("button"), box =
  f.querySelector(".wide"), image = [...f.querySelectorAll("img")].find(i => i.clientWidth), was = image.clientWidth;
  button.click(); const grown = image.clientWidth, said = button.innerText, fits = box.clientWidth <= innerWidth;
  button.click(); return { was, grown, said, fits, back: image.clientWidth, label: button.innerText }; })"""


def check_theme(browser, dark, where):
    state, images = browser.run(STATE), browser.run(IMAGES)
    assert state["label"] == ("Light" if dark else "Dark"), (where, state)
    assert (sum(state["ground"][:3]) < sum(state["ink"][:3])) == dark, (where, state)
    assert abs(sum(state["ground"][:3]) - sum(state["ink"][:3])) > 400, (where, state)
    assert len(images) == 24 and all(i["size"] > 500 for i in images), (where, images)
    assert all(i["seen"] == (i["theme"] == ("dark" if dark else "light")) for i in images), (where, images)


with Browser() as browser:
    for width, phone in ((1280, False), (390, True)):
        for dark in (False, True):
            where = f"{width} px, {'dark' if dark else 'light'}"
            browser.open(page, width, dark=dark, phone=phone)
            check_theme(browser, dark, where)
            wide = "[document.documentElement.scrollWidth, innerWidth]"
            assert browser.run(wide) == [width, width], (where, browser.run(wide))
            links = browser.run(LINKS)
            assert links["number"] >= 20 and not links["bad"], (where, links)
            for figure in browser.run(LARGER):
                assert figure["grown"] >= 1.08 * figure["was"] and figure["back"] == figure["was"], (where, figure)
                assert (figure["said"], figure["label"], figure["fits"]) == ("Smaller", "Larger", True), (where, figure)
            assert browser.run("document.querySelectorAll('details').forEach(d => d.open = true) || 1")
            assert browser.run(wide) == [width, width], (where, "with everything open", browser.run(wide))
            for now in (not dark, dark):
                browser.run("document.getElementById('theme').click()")
                check_theme(browser, now, f"{where}, switched")
    assert not browser.complaints, browser.complaints
    assert set(r.split("#")[0] for r in browser.requests) == {page}, browser.requests
    # the checks can fail: a page that complains and fetches is seen to do so
    browser.run("console.error('on purpose'); fetch('data.json').catch(() => 0)")
    assert browser.complaints, "complaints are not heard"
P
finish
