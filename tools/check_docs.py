#!/usr/bin/env python3
"""What the documentation points at exists. CTest: house.docs.

Checked in every Markdown page: relative links and their #anchors, files named in `code` or in shell blocks below
tools/, params/, jobs/, trees/, docs/, tests/, and that scripts shown as commands can be executed. Pages that code
refers to exist. Every page of docs/ can be reached from docs/index.md. The version in CITATION.cff and the newest one
in CHANGELOG.md are that of CMakeLists.txt.
Usage: check_docs.py [FOLDER OF THE PROJECT]
"""
import os
import pathlib
import re
import sys

CODE = {".hpp", ".cpp", ".cmake", ".json", ".slurm"}
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
FILE = re.compile(r"(?<![\w./-])((?:tools|params|jobs|trees|docs|tests)/[\w./-]*\w|\.ci/run)(?![\w*/<{-]|\.\.\.)")


def pages_of(top):
    skipped = re.compile(r"(^|/)(build[^/]*|out|\.git)(/|$)")
    return sorted(p for p in top.rglob("*.md") if not skipped.search(str(p.relative_to(top))))


def anchors(text):
    """Anchors of the headings, as GitHub and GitLab make them."""
    found, fenced = set(), False
    for line in text.splitlines():
        fenced ^= line.lstrip().startswith("```")
        heading = re.match(r"#+\s+(.*)", line)
        if heading and not fenced:
            words = re.sub(r"[`*_]|\[([^\]]*)\]\([^)]*\)", lambda m: m[1] or "", heading[1]).strip().lower()
            slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
            while slug in found:
                slug += "-1"
            found.add(slug)
    return found


def prose(text):
    """The page without fenced blocks, in which brackets mean something else."""
    return re.sub(r"^\s*```.*?^\s*```", "", text, flags=re.M | re.S)


def main(top: pathlib.Path) -> int:
    bad, leads_to = [], {}
    pages = pages_of(top)
    for page in pages:
        text, name = page.read_text(), page.relative_to(top)
        leads_to[page.resolve()] = set()
        for target in LINK.findall(prose(text)):
            if re.match(r"[a-z]+:", target):
                continue
            path, _, anchor = target.partition("#")
            file = (page.parent / path).resolve() if path else page.resolve()
            if not file.exists():
                bad.append(f"{name}: link to '{target}', which does not exist")
                continue
            leads_to[page.resolve()].add(file)
            if anchor and file.suffix == ".md" and anchor not in anchors(file.read_text()):
                bad.append(f"{name}: link to '{target}', which has no such heading")
        # In the readmes of folders a bare name may be relative to that folder; those pages are checked by their links.
        if name.parts[0] == "docs" or len(name.parts) == 1:
            blocks = re.findall(r"^\s*```(?:sh|bash|console)?\n(.*?)^\s*```", text, re.M | re.S)
            for piece in re.findall(r"`([^`\n]+)`", prose(text)) + blocks:
                for file in FILE.findall(piece):
                    if not (top / file).exists():
                        bad.append(f"{name}: names '{file}', which does not exist")
            for block in re.findall(r"^\s*```(?:sh|bash|console)\n(.*?)^\s*```", text, re.M | re.S):
                for command in re.findall(r"^\s*(?:\$ )?((?:\./)?tools/[\w.-]+)", block, re.M):
                    if (top / command).exists() and not os.access(top / command, os.X_OK):
                        bad.append(f"{name}: '{command}' is shown as a command and cannot be executed")
    # Code that sends its reader to a page sends him to one that is there.
    for folder in ("include", "src", "tests", "tools", "params", "jobs"):
        for file in sorted(f for f in (top / folder).rglob("*") if f.suffix in CODE):
            for page in re.findall(r"docs/[\w./-]+\.md", file.read_text(errors="replace")):
                if not (top / page).exists():
                    bad.append(f"{file.relative_to(top)}: sends the reader to '{page}', which does not exist")
    # A reader who starts at the index finds every page of docs/.
    seen, door = set(), [(top / "docs/index.md").resolve()]
    while door:
        page = door.pop()
        if page not in seen:
            seen.add(page)
            door += leads_to.get(page, ())
    for page in pages:
        name = page.relative_to(top)
        if name.parts[0] == "docs" and page.resolve() not in seen:
            bad.append(f"{name}: no way leads from docs/index.md to this page")
    # One version.
    version = re.search(r"project\(cecropia VERSION ([\d.]+)", (top / "CMakeLists.txt").read_text())[1]
    for file, pattern in (("CITATION.cff", r"^version: \"?([\d.]+)"), ("CHANGELOG.md", r"^## (\d[\d.]*)")):
        stated = re.search(pattern, (top / file).read_text(), re.M) if (top / file).exists() else None
        if not stated or stated[1] != version:
            bad.append(f"{file}: states version {stated[1] if stated else 'nowhere'}, CMakeLists.txt says {version}")
    print("\n".join(bad) if bad else f"{len(pages)} pages, nothing broken")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)))
