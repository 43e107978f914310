"""The pages of docs/ as Sphinx takes them: every page that can be reached from docs/index.md, in the folder it has
in the project, so that its links hold, with the files it links to. Added on the way: tables of contents out of the
tables of index pages, anchors of equations, links to them wherever a label is named, and indices and exponents in
the theory pages."""
import os
import pathlib
import re
import shutil

from check_docs import LINK, prose
from check_equations import DERIVED, LABEL

START = "docs/index.md"
FENCED = re.compile(r"(^[ ]*```.*?^[ ]*```[ ]*$)", re.M | re.S)
SPAN = re.compile(r"(`[^`]*`|!?\[[^\]]*\]\([^)\s]*(?:\s+\"[^\"]*\")?\)|</?[a-z][^>\n]*>|<!--.*?-->)", re.S)
# A link whose text is the name of a file shows the title of the page instead.
NAMED = re.compile(r"(?<!!)\[[\w./-]+\.md\]\(([^)\s]+)\)")
# A label leads to its equation, not to the heading above it that other readers of Markdown can reach.
LINKED_LABEL = re.compile(r"\[([A-Z]{3}-\d+)\]\([^)]*\)")
INDEX = re.compile(r"(?<![\w/.\\])([A-Za-z]{1,7})_"
                   r"(\{[^}]*\}|\*(?:,[a-z]+(?!\w))?|[A-Za-z0-9]+(?:,[A-Za-z]+(?!\w))?)(?![\w:])")
POWER = re.compile(r"\^(\([^()]*\)|-?[13]/[24](?!\w)|-?1/3(?!\w)|-?(?:\d+(?:\.\d+)?|[A-Za-z][A-Za-z0-9]*)(?:_\w+)?)")
SYMBOLS = {name: chr(code) for name, code in {
    "alpha": 0x3b1, "beta": 0x3b2, "gamma": 0x3b3, "delta": 0x3b4, "eps": 0x3b5, "eta": 0x3b7, "theta": 0x3b8,
    "lambda": 0x3bb, "mu": 0x3bc, "nu": 0x3bd, "pi": 0x3c0, "rho": 0x3c1, "sigma": 0x3c3, "tau": 0x3c4, "phi": 0x3c6,
    "Delta": 0x394, "Lambda": 0x39b, "Sum": 0x3a3, "int": 0x222b, "Int": 0x222b}.items()}
WORD = re.compile(r"(?<![\w\\-])(" + "|".join(SYMBOLS) + r")(?![\w-])")


def links_of(text):
    """Targets of the links of a page that lie in the project, without their anchors."""
    found = (target.partition("#")[0] for target in LINK.findall(prose(text)) if not re.match(r"[a-z]+:", target))
    return [path for path in found if path]


def reachable(top: pathlib.Path):
    """Pages that links lead to from docs/index.md, in reading order, and the other files that they name, as paths
    in the project."""
    pages, files, door = [], set(), [START]
    while door:
        page = door.pop(0)
        if page in pages:
            continue
        pages.append(page)
        for target in links_of((top / page).read_text()):
            name = os.path.normpath(os.path.join(os.path.dirname(page), target))
            if (top / name).suffix == ".md":
                door.append(name)
            elif (top / name).is_file():
                files.add(name)
    return pages, sorted(files)


def outside_code(text, change):
    """The text with `change` made everywhere but in code, in links and in HTML."""
    pieces = FENCED.split(text)
    for i in range(0, len(pieces), 2):
        spans = SPAN.split(pieces[i])
        pieces[i] = "".join(span if k % 2 else change(span) for k, span in enumerate(spans))
    return "".join(pieces)


def formula(text):
    """Indices, exponents and the names of Greek letters as they are printed. `M_*` would begin emphasis in Markdown."""
    def lowered(match):
        base = SYMBOLS.get(match[1], match[1])
        return f"{base}<sub>{match[2].strip('{}').replace('*', chr(92) + '*')}</sub>"

    text = INDEX.sub(lowered, text)

    def raised(match):
        inner = re.sub(r"^\((.*)\)$", r"\1", match[1]).replace("-", chr(0x2212))
        return f"<sup>{INDEX.sub(lowered, inner)}</sup>"

    text = POWER.sub(raised, text)
    return WORD.sub(lambda m: SYMBOLS[m[1]], text)


def not_headings(change):
    """`change` for every line but headings, whose anchors other pages name."""
    return lambda text: "".join(line if line.startswith("#") else change(line) for line in text.splitlines(True))


def label_links(text, page, homes):
    """Anchors where an equation is derived, links to it elsewhere."""
    def link(match):
        label = match[1]
        if label not in homes:
            return match[0]
        away = os.path.relpath(homes[label], os.path.dirname(page))[:-len(".md")] + ".html"
        return f'<a class="label" href="{"" if homes[label] == page else away}#{label}">{label}</a>'

    def derive(span):
        pieces = DERIVED.split(span)  # text, label, text, label, ...
        return "".join(f'<span class="equation" id="{p}"><strong>({p})</strong></span>' if i % 2 else LABEL.sub(link, p)
                       for i, p in enumerate(pieces))

    return outside_code(text, not_headings(derive))


def contents(text, page, taken):
    """Tables of contents, one for each heading of an index page whose tables name pages that are in none yet."""
    blocks, heading, entries = [], "", []

    def close():
        if entries:
            caption = f":caption: {heading}\n" if heading and page == START else ""
            blocks.append("```{toctree}\n:hidden:\n:maxdepth: 1\n" + caption + "\n" + "\n".join(entries) + "\n```\n")

    for line in text.splitlines():
        if line.startswith("## "):
            close()
            heading, entries = line[3:].strip(), []
        if line.startswith("|"):
            for target in links_of(line):
                name = os.path.normpath(os.path.join(os.path.dirname(page), target))
                if name.endswith(".md") and name not in taken:
                    taken.add(name)
                    entries.append("/" + name[:-len(".md")])
    close()
    return "\n" + "\n".join(blocks) if blocks else ""


def stage(top: pathlib.Path, source: pathlib.Path):
    """Writes the pages and files of the site below `source`; returns those of docs/ that no table of an index page
    names."""
    pages, files = reachable(top)
    homes = {label: page for page in pages if page.startswith("docs/theory/")
             for label in DERIVED.findall((top / page).read_text())}
    taken = {START}
    for page in pages:  # index.md first: its tables decide where a page stands
        text = (top / page).read_text()
        text = label_links(LINKED_LABEL.sub(r"\1", text), page, homes)
        if page.startswith("docs/theory/"):
            text = outside_code(text, not_headings(formula))
        text = NAMED.sub(r"[](\1)", text)
        if page == START or page.startswith("docs/") and page.endswith("/README.md"):
            text += contents((top / page).read_text(), page, taken)
        target = source / page
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    for file in files:
        (source / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(top / file, source / file)
    lost = [page for page in pages if page not in taken]
    beside = ["/" + page[:-len(".md")] for page in lost if not page.startswith("docs/")]
    if beside:  # what lies beside its files, such as params/observations/README.md
        with open(source / START, "a") as index:
            index.write("\n```{toctree}\n:hidden:\n:caption: Beside the files\n\n" + "\n".join(beside) + "\n```\n")
    return [page for page in lost if page.startswith("docs/")]
