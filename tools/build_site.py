#!/usr/bin/env python3
"""Builds the manual in docs/ into a site. Usage: build_site.py OUT [FOLDER OF THE PROJECT]. tools/docs --site calls
it.

OUT/index.html leads to the first page. Everything is in OUT: it can be read from a disk, copied and put on any
server. A folder that is there is replaced if it is an older site, and left alone if it is not."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from plot_data import Trouble, main_of
from site_pages import stage
from site_theme import mend

HERE = pathlib.Path(__file__).resolve().parent
DOOR = ('<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Cecropia</title>\n'
        '<meta http-equiv="refresh" content="0; url=docs/index.html"></head>\n'
        '<body><a href="docs/index.html">The manual of Cecropia</a></body></html>\n')


def main(words):
    if not 1 <= len(words) <= 2:
        raise Trouble("give the folder for the site, and no more than the folder of the project behind it")
    out, top = pathlib.Path(words[0]).resolve(), pathlib.Path(words[1] if len(words) > 1 else HERE.parent).resolve()
    if out.exists() and not (out.is_dir() and ((out / "searchindex.js").exists() or not any(out.iterdir()))):
        raise Trouble(f"{out}: is there and is no site; give --out a new folder, or remove it")
    version = re.search(r"project\(cecropia VERSION ([\d.]+)", (top / "CMakeLists.txt").read_text())[1]
    with tempfile.TemporaryDirectory() as scratch:
        source = pathlib.Path(scratch, "source")
        lost = stage(top, source)
        if lost:
            raise Trouble(f"no table of docs/index.md or of a README.md in docs/ names {', '.join(lost)}; add a row")
        shutil.copytree(HERE / "lib/site/static", source / "static")
        shutil.copyfile(HERE / "lib/site/conf.py", source / "conf.py")
        built = pathlib.Path(scratch, "site")
        settings = {"CECROPIA_VERSION": version, "SOURCE_DATE_EPOCH": "0", "PYTHONWARNINGS": "ignore"}
        done = subprocess.run([sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html",
                               "-d", f"{scratch}/doctrees", str(source), str(built)],
                              env={**os.environ, **settings}, capture_output=True, text=True)
        if done.returncode != 0:
            raise Trouble("Sphinx is not content:\n" + (done.stdout + done.stderr).replace(f"{source}/", "").strip())
        mend(built / "_static")
        (built / "index.html").write_text(DOOR)
        for left in (".buildinfo", "objects.inv"):
            (built / left).unlink(missing_ok=True)
        shutil.rmtree(out, ignore_errors=True)
        out.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(str(built), out)
    print(f"{len(list(out.rglob('*.html')))} pages in {out}; open {out}/index.html")


if __name__ == "__main__":
    main_of(lambda: main(sys.argv[1:]))
