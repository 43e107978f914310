#!/usr/bin/env python3
"""What the built site points at is there, in the site. Usage: check_site.py FOLDER OF THE SITE. tools/docs --site
runs it.

Checked in every HTML page: links, images, scripts and style sheets lead to files of the site; anchors exist on the
page they name; an anchor stands once; nothing that is loaded to show a page comes from a network; every page has a
title, every image a text; every page can be reached from the first one; the index of the search holds every page of
the manual; style sheets and scripts can do without a server."""
import html.parser
import pathlib
import re
import sys
import urllib.parse

LOADED = {"img": "src", "script": "src", "link": "href", "source": "src", "iframe": "src"}
STYLE_LINK = re.compile(r"(?:url\(\s*|@import\s+(?!url))['\"]?([^'\")\s]+)")
OWN = {"search.html", "index.html"}  # pages of the generator, and the door


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.anchors, self.twice, self.links, self.loads, self.mute, self.title = set(), set(), [], [], 0, ""
        self.in_title = False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        got = dict(attrs)
        if got.get("id"):
            (self.twice if got["id"] in self.anchors else self.anchors).add(got["id"])
        if tag == "a" and got.get("href"):
            self.links.append(got["href"])
        if tag == "form" and got.get("action"):
            self.links.append(got["action"])
        if tag == "meta" and got.get("http-equiv") == "refresh":
            self.links.append(got["content"].partition("url=")[2])
        named_only = tag == "link" and got.get("rel") in ("search", "next", "prev", "index")
        if tag in LOADED and got.get(LOADED[tag]) and not named_only:
            self.loads.append(got[LOADED[tag]])
        if tag == "img" and not got.get("alt"):
            self.mute += 1
        self.in_title |= tag == "title"

    def handle_endtag(self, tag):
        self.in_title &= tag != "title"

    def handle_data(self, data):
        if self.in_title:
            self.title += data


def target_of(top, page, link):
    """The file in the site that a link leads to, and its anchor."""
    path, _, anchor = link.partition("#")
    path = urllib.parse.unquote(path.partition("?")[0])
    return ((page.parent / path).resolve() if path else page), urllib.parse.unquote(anchor)


def main(top: pathlib.Path) -> int:
    top = top.resolve()
    files = sorted(top.rglob("*.html"))
    if not (top / "index.html").is_file():
        print(f"check_site.py: {top} is no site: it has no index.html", file=sys.stderr)
        return 2
    pages = {file: Page(file.read_text()) for file in files}
    bad, leads_to = [], {file: set() for file in files}
    for file, page in pages.items():
        name = file.relative_to(top)
        for link in page.links + page.loads:
            loaded = link in page.loads
            if re.match(r"[a-z]+:|//", link):
                if loaded and not link.startswith("data:"):
                    bad.append(f"{name}: loads '{link}' from a network")
                continue
            target, anchor = target_of(top, file, link)
            if top not in target.parents:
                bad.append(f"{name}: '{link}' leads out of the site")
            elif not target.is_file():
                bad.append(f"{name}: '{link}' leads nowhere")
            elif target in pages:
                leads_to[file].add(target)
                if anchor and anchor not in pages[target].anchors:
                    bad.append(f"{name}: '{link}' names an anchor that is not there")
        bad += [f"{name}: the anchor '{anchor}' stands more than once" for anchor in sorted(page.twice)]
        if not page.title.strip():
            bad.append(f"{name}: has no title")
        if page.mute:
            bad.append(f"{name}: {page.mute} images without a text for those who cannot see them")
    for style in top.rglob("*.css"):
        name = style.relative_to(top)
        for link in STYLE_LINK.findall(style.read_text()):
            if re.match(r"(https?:)?//", link):
                bad.append(f"{name}: loads '{link}' from a network")
            elif not link.startswith(("data:", "#")) and (link.startswith("/") or not (style.parent / link).is_file()):
                bad.append(f"{name}: '{link}' leads nowhere")
    for script in top.rglob("*.js"):
        if re.search(r"^import ", script.read_text(), re.M):
            bad.append(f"{script.relative_to(top)}: imports a module, which no browser does from a disk")
    seen, door = set(), [top / "index.html"]
    while door:
        file = door.pop()
        if file not in seen:
            seen.add(file)
            door += leads_to[file]
    index = (top / "searchindex.js").read_text() if (top / "searchindex.js").is_file() else ""
    for file in files:
        name = str(file.relative_to(top))
        if file not in seen:
            bad.append(f"{name}: no way leads from index.html to this page")
        if name not in OWN and f'"{name[:-len(".html")]}"' not in index:
            bad.append(f"{name}: the search does not know this page")
    print("\n".join(bad) if bad else
          f"{len(files)} pages of the site, {sum(len(p.links) for p in pages.values())} links, nothing broken")
    return bool(bad)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        print("check_site.py: give the folder of the site", file=sys.stderr)
        sys.exit(2)
    sys.exit(main(pathlib.Path(sys.argv[1])))
