#!/usr/bin/env python3
"""One page about a run or a scan: what was run, how well it agrees, figures, budget, cost, how to repeat it.

report.py DIR [--out FILE.html | FOLDER]

Writes report.html and, beside it, report_files/ with every figure as PNG and PDF and the parameters. The page itself is
one file that needs no network: figures for light and for dark are inside. tools/report is the same with a Python that
has what is needed.
"""
import argparse
import pathlib
import urllib.parse

from plot_needs import need, which_python

NEEDS = ("numpy", "h5py", "matplotlib")
need(*NEEDS)  # before they are imported

from plot_data import Trouble, main_of, make_folder, reason, write_whole
from report_run import page_of_run
from report_scan import page_of_scan


def kind_of(folder):
    """What made the folder: the function that reports on it."""
    if not folder.is_dir():
        raise Trouble(f"{folder} is no folder: give the folder of a finished run or scan")
    if (folder / "run.json").exists():
        return page_of_run
    if (folder / "scan.h5").exists():
        return page_of_scan
    if (folder / "scan.jsonl").exists():
        raise Trouble(f"{folder} holds a scan that is not finished (no scan.h5): the same command goes on with it")
    if (folder / "run.log").exists() or (folder / "checkpoint.h5").exists():
        raise Trouble(f"{folder} holds a run that is not finished (no run.json): run it again, with --resume if it "
                      "left a checkpoint")
    raise Trouble(f"{folder} holds neither a run (run.json) nor a scan (scan.h5): give the folder of a finished one")


def places(out, folder):
    """The page, and the folder for what lies beside it."""
    page = pathlib.Path(out) if out else folder
    if page.is_dir() or page.suffix.lower() not in (".html", ".htm"):
        page = page / "report.html"
    return page, page.with_name(f"{page.stem}_files")


def main():
    parser = argparse.ArgumentParser(description=__doc__, epilog=which_python(*NEEDS),
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", metavar="DIR", type=pathlib.Path,
                        help="folder of a finished run (run.json, run.h5) or scan (scan.h5, best.json)")
    parser.add_argument("--out", metavar="PLACE", help="the page (NAME.html) or a folder for it; default: DIR")
    arguments = parser.parse_args()
    make = kind_of(arguments.folder)
    target, files = places(arguments.out, arguments.folder)
    if files.is_symlink():
        raise Trouble(f"{files} is a symbolic link, and a report leaves nothing in other places: remove it, or give "
                      "another --out")
    make_folder(files)
    try:
        write_whole(target, make(arguments.folder, files, urllib.parse.quote(files.name)).text())
    except OSError as error:
        raise Trouble(f"the page about {arguments.folder} cannot be made: {reason(error)}") from error
    print(target)


if __name__ == "__main__":
    main_of(main)
