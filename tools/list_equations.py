#!/usr/bin/env python3
"""Writes docs/theory/equations.md: every equation of the theory manual with its source, its function and its tests.

Usage: list_equations.py [--check] [FOLDER OF THE PROJECT]. tools/docs runs it; the test house.equation_list runs it
with --check, which writes nothing and fails when the page would differ. It also fails on an equation whose derivation
names no function that the code has, and on one that no test names or calls, unless UNTESTED gives the reason."""
import pathlib
import re
import sys

from check_equations import DERIVED, LABEL, places

PAGE = "docs/theory/equations.md"
# Equations that no test names or calls, each with the reason. An entry that is not needed is an error.
UNTESTED = {
    "GAL-3": "two lines of the sub-step; only whole halos pass through them (`physics/one_halo_test.cpp`)",
}
SPAN = re.compile(r"`([A-Za-z_][\w:]*\*?)(?:\([^`]*\))?`")
PAPER = re.compile(r"(?:[A-Z][\w'-]+, )?[A-Z][\w'-]+(?: (?:&|and) [A-Z][\w'-]+| et al\.)? \(\d{4}[^)]*\)|"
                   r"\b(?:L25|H22)\b(?:,? (?:[Ee]qs?\.|section|appendix|footnote|table) ?[\w-]+(?:\.\d+)?|,? \d\.\d)?")
KINDS = ("unit", "mpi", "physics")  # tests of functions; the others see whole programs
HEAD = """# Every equation, its source, its function and its tests

Written by `tools/docs` from the pages of this manual, the code and the tests; do not edit. *Source*
is what the derivation says of it: **L25** is Liu et al. (2025), **H22** Hartwig et al. (2022), both in
[references](../references.md); CHOICE and MEM are explained on the [first page](README.md). "definition": the page
names no paper; the equation is one by itself or was derived for this project.
*Tests* are below `tests/`: up to two that name
the label or call the function; whole runs that pass through it are not listed.

"""


class Equation:
    """One derivation: label, page, heading above it, its paragraph, and later function, file and tests."""

    def __init__(self, label, page, heading, text):
        self.label, self.page, self.heading, self.text = label, page, heading, text
        self.function, self.file, self.tests = "", "", []


def equations_of(page: pathlib.Path):
    found, heading = [], ""
    for block in re.split(r"\n\s*\n", page.read_text()):
        for line in block.splitlines():
            if line.startswith("#"):
                heading = line.lstrip("# ").strip()
        pieces = DERIVED.split(block)
        for label, text in zip(pieces[1::2], pieces[2::2]):
            found.append(Equation(label, page, heading, " ".join(text.split())))
    return found


def sources_of(text):
    """What a derivation says of where it comes from: what stands behind "Source:", else the papers that it names."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", re.sub(r"\s*`[^`]*`", "", text))
    said = []
    for sentence in re.findall(r"\bSource: (.*?)(?=[;:]\s|(?<!\beq)(?<!\beqs)(?<!\bal)\.(?:\s|$)|$)", plain, re.I):
        said.append(sentence.rstrip(".,; "))
    if not said:
        said = [paper.rstrip(".,") for paper in PAPER.findall(plain)]
        exact = [paper for paper in said if paper not in ("L25", "H22")]
        said = exact + [paper for paper in said if not any(e.startswith(paper) for e in exact)]
    said += [mark for mark in ("CHOICE", "MEM") if re.search(rf"\b{mark}\b", plain) and mark not in " ".join(said)]
    return "; ".join(dict.fromkeys(said)) or "definition"


def files(top, folders, endings):
    return {str(f.relative_to(top)): f.read_text(errors="replace")
            for d in folders for f in sorted((top / d).rglob("*")) if f.suffix in endings}


def called(name):
    return re.compile(rf"\b{re.escape(name.rstrip('*'))}" + (r"\w*" if name.endswith("*") else "") + r"\b\s*[({<]")


def functions_of(equation, code, citing):
    """(name as it is written, last part, files of the code that have it) of what a derivation names, the best first."""
    found = []
    for span in SPAN.findall(equation.text):
        *room, last = span.split("::")
        kind = room[-1] if room and room[-1][0].isupper() else ""
        any_of = re.compile(rf"\b(?:(?:class|struct) {last}|using {last} =)") if last[0].isupper() else called(last)
        # A function of the program, or a member that is data (`Observations::csmd`).
        if kind and not last[0].isupper():
            any_of = re.compile(rf"\b{last.rstrip('*')}")
        plain = last.rstrip("*")  # looked for first: finding plain text is a hundred times faster
        homes = [name for name, text in code.items()
                 if plain in text and any_of.search(text) and re.search(rf"\b{kind}", text)]
        if homes:
            found.append((span, last, homes))
    said = equation.text.rfind("unction")  # "Function:", "Functions:"
    return sorted(found, key=lambda f: (said >= 0 and equation.text.rfind(f"`{f[0]}`") < said, "::" not in f[0],
                                        not set(f[2]) & set(citing), "_" not in f[0] and f[1].islower()))


def complete(equation, code, tests):
    """Finds function, file and tests; returns whether there is a function."""
    label = re.compile(rf"\b{equation.label}\b")
    citing = [name for name, text in code.items() if equation.label in text and label.search(text)]
    names = functions_of(equation, code, citing)
    if names:
        equation.function, _, homes = names[0]
        both = [h for h in homes if h in citing] or homes
        equation.file = next((h for h in both if h.startswith("include/")), both[-1])
    room = equation.file.split("/")[-2] if equation.file else ""
    calls = [(last.rstrip("*"), re.compile(rf"\b{last}\b") if last[0].isupper() else called(last))
             for _, last, _ in names
             if "_" in last or last[0].isupper()]  # a plain word may be another's: the test must name the label
    by_name = [name for name, text in tests.items() if equation.label in text and label.search(text)]
    by_call = [name for name, text in tests.items() if any(plain in text and c.search(text) for plain, c in calls)]
    by_call.sort(key=lambda name: f"/{room}/" not in name)  # the function's own room first
    equation.tests = list(dict.fromkeys(by_name + by_call))
    return bool(names)


def main(words) -> int:
    check = "--check" in words
    words = [w for w in words if w != "--check"]
    top = pathlib.Path(words[0] if words else pathlib.Path(__file__).parent.parent).resolve()
    code = files(top, ("include", "src"), {".hpp", ".cpp"})
    tests = files(top, [f"tests/{kind}" for kind in KINDS], {".cpp"})
    generated = pathlib.Path(PAGE).name
    pages = [p for p in sorted((top / "docs/theory").glob("*.md")) if p.name not in ("README.md", generated)]
    bad, text, used = [], HEAD, set()
    for page in pages:
        equations = equations_of(page)
        if not equations:
            continue
        title = re.match(r"# (.*)", page.read_text())[1]
        text += f"## {title}\n\n| label | about | source | function | file | tests |\n|---|---|---|---|---|---|\n"
        for e in equations:
            has_function = complete(e, code, tests)
            where = f"docs/theory/{page.name}: {e.label}"
            if not has_function:
                bad.append(f"{where} names no function of the code; write it in `backticks` into its derivation")
            if not e.tests and e.label not in UNTESTED:
                bad.append(f"{where}: no test names the label or calls {e.function or 'its function'}")
            if e.tests and e.label in UNTESTED:
                bad.append(f"{where} stands in UNTESTED of tools/list_equations.py, and {e.tests[0]} tests it")
            used.add(e.label)
            shown = [f"`{t.removeprefix('tests/')}`" for t in e.tests[:2]]
            text += (f"| [{e.label}]({page.name}) | {e.heading} | {sources_of(e.text)} | `{e.function}` | `{e.file}` | "
                     f"{', '.join(shown) or UNTESTED.get(e.label, '')} |\n")
        text += "\n"
    bad += [f"UNTESTED of tools/list_equations.py names {x}, which is derived nowhere" for x in UNTESTED.keys() - used]
    text = text.rstrip("\n") + "\n"
    target = top / PAGE
    if not bad and check and (not target.exists() or target.read_text() != text):
        bad.append(f"{PAGE} is not what pages, code and tests say; run tools/docs")
    if bad:
        print("\n".join(bad))
        return 1
    if not check:
        target.write_text(text)
    print(f"{len(used)} equations, each with its function and a test")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
