#!/usr/bin/env python3
"""Writes docs/commands.md: what every command says about itself. Usage: list_commands.py PROGRAM [--check].

From `--help` of the program and its subcommands, and from the head of every script in tools/ that can be started. A
script without a word about itself is an error. tools/docs runs it; with --check it writes nothing and fails if the page
would differ."""
import ast
import os
import pathlib
import re
import subprocess
import sys

from plot_data import Trouble, main_of

TOP = pathlib.Path(__file__).resolve().parent.parent
PAGE = TOP / "docs/commands.md"
HEAD = """# Commands

Written by `tools/docs` from what the commands say about themselves; do not edit. `--help` of each says the same.

"""


def said_by(program, words):
    done = subprocess.run([program, *words, "--help"], capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise Trouble(f"{program} {' '.join(words)} --help ends with {done.returncode}: {done.stderr.strip()}")
    return done.stdout.strip()


def commands_below(program, words):
    """[(words, help)] of a command and all its subcommands, in the order in which they are offered."""
    text = said_by(program, words)
    offered = text.partition("Subcommands:")[2].partition("Exit codes:")[0]
    found = [(words, text)]
    for name in re.findall(r"^  (\w[\w-]*) ", offered, re.M):
        found += commands_below(program, [*words, name])
    return found


def head_of(script):
    """The text on top of a script: its docstring, or the comment behind its first line."""
    text = script.read_text()
    first = text.partition("\n")[0]
    if "python" in first:
        return (ast.get_docstring(ast.parse(text)) or "").strip()
    lines = []
    for line in text.splitlines()[1:]:
        if not line.startswith("#"):
            break
        lines.append(re.sub(r"^# ?", "", line))
    return "\n".join(lines).strip()


def page(program):
    text = HEAD + "## The program\n\n"
    for words, said in commands_below(program, []):
        said = re.sub(rf"^Usage: {re.escape(program)}", "Usage: cecropia", said, flags=re.M)
        text += f"### {' '.join(['cecropia', *words])}\n\n```text\n{said}\n```\n\n"
    text += "## Scripts\n\n"
    scripts = [s for folder in ("tools", "jobs") for s in sorted((TOP / folder).iterdir())
               if s.is_file() and os.access(s, os.X_OK) and s.read_bytes().startswith(b"#!")]
    for script in scripts:
        said, name = head_of(script), script.relative_to(TOP)
        if not said:
            raise Trouble(f"{name} says nothing about itself: begin it with a comment or a docstring")
        text += f"### {name}\n\n```text\n{said}\n```\n\n"
    return "\n".join(line.rstrip() for line in text.rstrip("\n").splitlines()) + "\n"


def main(words):
    check = "--check" in words
    words = [w for w in words if w != "--check"]
    if len(words) != 1:
        raise Trouble("give the program, for example build/bin/cecropia")
    text = page(words[0])
    if not check:
        PAGE.write_text(text)
    elif not PAGE.exists() or PAGE.read_text() != text:
        print("docs/commands.md is not what the commands say; run tools/docs")
        return 1
    return 0


if __name__ == "__main__":
    main_of(lambda: main(sys.argv[1:]))
