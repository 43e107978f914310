#!/usr/bin/env python3
"""Which lines of the science do the tests run? Usage: check_coverage.py COVERAGE.json, which is of gcovr --json.

At least 90 % of the lines of each room below, and every other line is judged: a block of lines that no test runs is
either a guard against a defect (InternalError), or a message, or it is in tests/uncovered_lines.txt with its reason.
Every message of every room about something that the user can repair is provoked by a test, or it is in
tests/messages_untested.txt (tools/check_messages.py); one on the line of its condition, as every tenth is, counts as
provoked when the condition is looked at. Prints the share of each room; exit code 1: something is not
judged."""
import collections
import json
import pathlib
import re
import sys

import check_messages

TOP = pathlib.Path(__file__).resolve().parent.parent
ROOMS = ("physics", "tree", "space", "scan", "model")
LEAST = 0.90
JUDGED = "tests/uncovered_lines.txt"
GUARD = re.compile(r"\bInternalError\b")
MESSAGE = re.compile(r"\b(?:InputError|refuse|complain|unreadable)\s*\(")


def room_of(path):
    found = re.match(r"(?:src|include/cecropia)/(\w+)/", path)
    return found[1] if found else None


def read_coverage(path):
    """{file: {line number: number of runs}} of all rooms."""
    lines = collections.defaultdict(dict)
    for file in json.loads(pathlib.Path(path).read_text())["files"]:
        for line in file["lines"]:
            if not line.get("gcovr/noncode"):
                lines[file["file"]][line["line_number"]] = line["count"]
    return lines


def unprovoked(top, lines):
    """Messages of the program that no test has provoked, and that have no reason, a line for each."""
    excused = check_messages.untested(top)
    for file, first, last, texts, _ in check_messages.places_in_cpp(top):
        runs = [lines[file][n] for n in range(first, last + 1) if n in lines.get(file, {})]
        if runs and max(runs) == 0 and not check_messages.reasons_for(file, texts, excused):
            yield (f"{file}:{first}: no test provokes '{texts[0] if texts else ''}', and "
                   f"{check_messages.UNTESTED} does not say why")


def blocks_of(counts):
    """Lines that were not run, as runs of (first, last) without one that was in between."""
    found, begin, last = [], None, None
    for number in sorted(counts):
        if counts[number] == 0:
            begin, last = begin or number, number
        elif begin:
            found.append((begin, last))
            begin = None
    return found + ([(begin, last)] if begin else [])


def read_judged(top):
    """{(file, beginning of the first line of a block): reason}"""
    rows = (line.split(" | ", 2) for line in (top / JUDGED).read_text().splitlines()
            if line.strip() and not line.startswith("#"))
    return {(file.strip(), begin.strip()): reason.strip() for file, begin, reason in rows}


def main(coverage, top):
    lines, judged, used, bad = read_coverage(coverage), read_judged(top), set(), []
    total, run = collections.Counter(), collections.Counter()
    for file, counts in sorted((file, counts) for file, counts in lines.items() if room_of(file) in ROOMS):
        total[room_of(file)] += len(counts)
        run[room_of(file)] += sum(count > 0 for count in counts.values())
        source = (top / file).read_text().splitlines()
        for first, last in blocks_of(counts):
            text = "\n".join(source[first - 1:last])
            if GUARD.search(text) or MESSAGE.search(text):
                continue
            begin = source[first - 1].strip()
            reasons = [key for key in judged if key[0] == file and begin.startswith(key[1])]
            used.update(reasons)
            if not reasons:
                bad.append(f"{file}:{first}: no test runs '{begin}', and {JUDGED} does not say why")
    bad += [f"{JUDGED}: {file} has no such lines: {begin}" for file, begin in judged.keys() - used]
    bad += unprovoked(top, lines)
    for room in ROOMS:
        share = run[room] / total[room] if total[room] else 0.0
        print(f"{room:8} {share:7.1%} of {total[room]} lines")
        if share < LEAST:
            bad.append(f"room {room}: {share:.1%} of its lines are run, at least {LEAST:.0%} are asked for")
    print(*(bad or [f"what no test runs is judged: {len(judged)} reasons in {JUDGED}"]), sep="\n")
    return bool(bad)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], TOP))
