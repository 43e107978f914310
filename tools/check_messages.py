"""Every message about something that the user can repair is in the catalogue: a test quotes its words, or
tests/messages_untested.txt says why none does. Messages are InputError and Complaint (C++), what is given to refuse()
and its like, Trouble and Missing (Python), and stop (shell). Those of C++ have what, where, expected and remedy.

    python3 tools/check_messages.py [TOP]
"""
import ast
import pathlib
import re
import sys

TOLD = re.compile(r"\b(?:InputError\s*\(|Complaint\s*\{)")
HELPERS = re.compile(r"\b(?:refuse|complain|cut|fail)\s*\(")  # functions of a room that make an InputError
LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
JOINED = re.compile(r'((?:"(?:[^"\\\n]|\\.)*"\s*)+)')
HOLE = re.compile(r"\.\.\.|\{[^{}]*\}|\$\{[^}]*\}|\$\w+|\$\([^)]*\)|%\w|\\n|\n")
SHORTEST_QUOTE = 8  # characters that a text has of its own; with less there is nothing to quote
# characters of a message that a test has to quote, or three quarters of its longest piece if that is less
LONG_QUOTE = 14
UNTESTED = "tests/messages_untested.txt"


def closing(text, start):
    """Place of the bracket that closes the one at `start`, in C++."""
    depth, at = 0, start
    while at < len(text):
        if text[at] == '"':
            at = LITERAL.match(text, at).end()
            continue
        if text[at] == "'" and (char := re.match(r"'(?:\\.|[^'\\])'", text[at:])):
            at += char.end()
            continue
        depth += (text[at] in "({[") - (text[at] in ")}]")
        if depth == 0:
            return at
        at += 1
    return len(text)


def parts(text):
    """Arguments of a call or entries of braces, split at the commas outside of brackets and texts."""
    found, begin, at = [], 0, 0
    while at < len(text):
        if text[at] == '"':
            at = LITERAL.match(text, at).end()
        elif text[at] in "({[":
            at = closing(text, at) + 1
        elif text[at] == ",":
            found.append(text[begin:at].strip())
            at = begin = at + 1
        else:
            at += 1
    return [*found, text[begin:].strip()]


def literals(code):
    """Texts in C++ code, neighbours joined."""
    return ["".join(LITERAL.findall(group)).replace('\\"', '"') for group in JOINED.findall(code)]


def without_comments(text):
    """C++ with empty lines instead of comments."""
    return "\n".join("" if line.lstrip().startswith("//") else line for line in text.split("\n"))


def place(text, match):
    """((first line, last line), what is inside of the brackets that the match opens)"""
    end = closing(text, match.end() - 1)
    return (text.count("\n", 0, match.start()) + 1, text.count("\n", 0, end) + 1), text[match.end():end].strip()


def of_cpp(text):
    """(first line, last line, texts, complaint) of every place that makes a message; complaint: what is wrong with the
    place itself."""
    for match in TOLD.finditer(text):
        lines, inside = place(text, match)
        inside = inside[1:-1].strip() if inside.startswith("{") else inside
        entries = parts(inside)
        if re.search(r"[\w:&]\s+\w+\s*[;)=]|^\w*$", inside) and len(entries) < 4:
            continue  # a declaration, or a complaint that was made elsewhere
        wrong = None
        if len(entries) >= 4 and any(entry in ('""', "{}") for entry in entries[:4]):
            wrong = "one of what, where, expected and remedy is empty"
        elif 1 < len(entries) < 4 and literals(inside):
            wrong = "what, where, expected and remedy are wanted"
        texts = literals(entries[0])
        if texts or wrong:
            yield *lines, texts, wrong
    for match in HELPERS.finditer(text):
        lines, inside = place(text, match)
        words = [found for part in parts(inside) if (found := literals(part))]
        texts = sum(words[:2], [])  # what is wrong is the first argument with words, or follows a place
        if texts:
            yield *lines, texts, None


def text_of(node):
    """A text of Python with {} for what is put in."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(value.value if isinstance(value, ast.Constant) else "{}" for value in node.values)
    if isinstance(node, ast.BinOp):
        return text_of(node.left) + text_of(node.right)
    return "{}"


def of_python(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Trouble", "Missing") and node.args:
            yield node.lineno, [text_of(node.args[0])], None


def of_shell(text):
    for match in re.finditer(r'\bstop [12] "((?:[^"\\]|\\.)*)"', text):
        yield text.count("\n", 0, match.start()) + 1, [match[1].replace('\\"', '"')], None


def places_in_cpp(top):
    """(file, first line, last line, texts, what is wrong) of every place of the program."""
    for path in sorted(p for folder in ("src", "include") for p in (top / folder).rglob("*.[ch]pp")):
        for found in of_cpp(without_comments(path.read_text())):
            yield path.relative_to(top).as_posix(), *found


def messages(top):
    """(file, line, texts, what is wrong) of every place of the project."""
    for file, line, _, texts, wrong in places_in_cpp(top):
        yield file, line, texts, wrong
    for folder in ("tools", "jobs"):
        for path in sorted(p for p in (top / folder).rglob("*") if p.is_file()):
            if path.suffix == ".py":
                found = of_python(path.read_text())
            elif path.suffix in ("", ".sh", ".slurm"):
                found = of_shell(path.read_text(errors="replace"))
            else:
                continue
            for line, texts, wrong in found:
                yield path.relative_to(top).as_posix(), line, texts, wrong


def shown(top):
    """What docs/errors.md shows: bad_input_test.sh, tables_import_test.sh and resume_test.sh in tests/system provoke
    each of its rows, but for those of single tree formats, which are compared with the sources alone."""
    page = top / "docs/errors.md"
    text = page.read_text() if page.exists() else ""
    text = re.sub(r"^## Tree files of other formats$.*?(?=^## )", "", text, flags=re.M | re.S)
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    return [part.strip() for row in rows for row_text in re.findall("`([^`]+)`", row) for part in HOLE.split(row_text)]


def quoted(top):
    """What the tests quote: texts in C++, Python and shell, whole and in the pieces around what is put in."""
    words = set(shown(top))
    for path in (top / "tests").rglob("*"):
        if path.suffix in (".cpp", ".hpp", ".py", ".sh"):
            for double, single in re.findall(r'"((?:[^"\\\n]|\\.)*)"|\'([^\'\n]*)\'', path.read_text(errors="replace")):
                text = (double or single).replace('\\"', '"')
                words |= {text, *(part.strip() for part in HOLE.split(text))}
    return {word for word in words if len(word) >= SHORTEST_QUOTE}


def is_quoted(texts, words):
    """Whether a test quotes a message: some words of it, more than one and not what any message could say, or all of it
    with what is put in ("tree {} has {} halos" as "tree 0 has 0 halos"). One that is put together from other texts has
    no words of its own to quote."""
    own = [text for text in texts if sum(len(piece.strip()) for piece in HOLE.split(text)) >= SHORTEST_QUOTE]
    for text in own:
        fixed = HOLE.split(text)
        pieces = [piece.strip() for piece in fixed]
        long = min(LONG_QUOTE, 0.75 * max(map(len, pieces)))
        whole = re.compile(".+".join(map(re.escape, fixed)))
        for word in words:
            if whole.search(word):
                return True
            if " " in word and any(min(len(word), len(piece)) >= long and (word in piece or piece in word)
                                   for piece in pieces if len(piece) >= SHORTEST_QUOTE):
                return True
    return not own


def untested(top):
    """{(file, beginning of the message, or * for all of the file): reason}"""
    path = top / UNTESTED
    lines = path.read_text().splitlines() if path.exists() else []
    rows = [[cell.strip() for cell in line.split(" | ")] for line in lines if line.strip() and not line.startswith("#")]
    return {(file, begin): reason for file, begin, reason in rows}


def reasons_for(file, texts, excused):
    """The rows of tests/messages_untested.txt that are about a message."""
    return [(of, begin) for of, begin in excused
            if of == file and (begin == "*" or any(text.startswith(begin) for text in texts))]


def main(top):
    words, excused, used, bad, count = quoted(top), untested(top), set(), [], 0
    for file, line, texts, wrong in messages(top):
        count += 1
        if wrong:
            bad.append(f"{file}:{line}: {wrong}")
        reasons = reasons_for(file, texts, excused)
        used.update(reasons)
        if not reasons and texts and not is_quoted(texts, words):
            bad.append(f"{file}:{line}: no test quotes '{texts[0]}', and {UNTESTED} does not say why")
    bad += [f"{UNTESTED}: {file} has no message '{begin}'" for file, begin in excused if (file, begin) not in used]
    print(*(bad or [f"{count} messages; {UNTESTED} gives {len(excused)} reasons"]), sep="\n")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)))
