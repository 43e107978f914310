"""One self-contained HTML page: text, tables and figures as strings; everything that is given is escaped here."""
import base64
import html
import io
import pathlib
import re

from PIL import Image

from cecropia_files import write_whole
from plot_style import as_bytes, plt, settle, take_note
from plot_theme import BACKGROUND, darken

LIB = pathlib.Path(__file__).resolve().parent / "lib"
LIGHT = {"page": "#ffffff", "paper": "#ffffff", "ink": "#1b1f24", "soft": "#545b64", "box": "#f4f5f7",
         "line": "#d5d9de", "link": "#0a5ca8", "alert": "#b45309"}
DARK = {"page": BACKGROUND, "paper": BACKGROUND, "ink": "#e6e8ea", "soft": "#a7aeb6", "box": "#1e2328",
        "line": "#3a424b", "link": "#7db8f0", "alert": "#f0a04b"}
NOTHING_FROM_OUTSIDE = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
COLOURS = 255  # of an embedded figure: a quarter of the size, and no eye sees it


class Html(str):
    """Text that is HTML already."""


def esc(text):
    """Anything as HTML text that shows exactly that."""
    return text if isinstance(text, Html) else Html(html.escape(str(text), quote=True))


def number(value, digits=4):
    """A value of a file for a reader: numbers to so many digits, lists joined, nothing as a dash."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(number(v, digits) for v in value) or "–"
    if isinstance(value, int):
        return f"{value:,}".replace(",", "\u202f")
    if not isinstance(value, float):
        return str(value)
    text = f"{value:.{digits}g}"
    return text.replace("e+0", "e").replace("e+", "e").replace("e-0", "e-").replace("-", "\u2212")


def fixed(value, digits=2):
    """A number with so many decimals; nothing as a dash."""
    return "–" if value is None else f"{value:.{digits}f}".replace("-", "\u2212")


def paragraph(text, kind=""):
    return Html(f'<p class="{kind}">{esc(text)}</p>' if kind else f"<p>{esc(text)}</p>")


def code(text):
    return Html(f"<code>{esc(text)}</code>")


def commands(lines):
    return Html(f"<pre><code>{esc(chr(10).join(lines))}</code></pre>")


def table(rows, head=(), numbers=(), indents=()):
    """Rows of cells; `numbers` are the columns that hold numbers, `indents` how far each row stands in."""
    def row_of(cells, tag, indent=0):
        shown = []
        for place, cell in enumerate(cells):
            kinds = (["n"] if place in numbers else []) + ([f"in{indent}"] if indent and place == 0 else [])
            kind = f' class="{" ".join(kinds)}"' if kinds else ""
            shown.append(f"<{tag}{kind}>{esc(cell)}</{tag}>")
        return f"<tr>{''.join(shown)}</tr>"
    top = f"<thead>{row_of(head, 'th')}</thead>" if head else ""
    body = "".join(row_of(row, "td", indent) for row, indent in zip(rows, [*indents, *[0] * len(rows)]))
    return Html(f'<div class="wide"><table>{top}<tbody>{body}</tbody></table></div>')


def details(title, inside):
    return Html(f"<details><summary>{esc(title)}</summary>{esc(inside)}</details>")


def cards(pairs):
    """Facts at a glance: (value, what it is). Names of parameters break behind a dot or a low line."""
    return Html('<div class="cards">' + "".join(
        f"<div><b>{esc(value)}</b><span>{re.sub(r'(?<=[._])(?=[a-z])', '<wbr>', esc(what))}</span></div>"
        for value, what in pairs) + "</div>")


def heading(text, anchor=""):
    return Html(f'<h3 id="{esc(anchor)}">{esc(text)}</h3>' if anchor else f"<h3>{esc(text)}</h3>")


def side_by_side(*blocks):
    """Blocks beside each other where there is room; each is a list of parts."""
    return Html('<div class="pair">' + "".join(f"<div>{''.join(map(esc, parts))}</div>" for parts in blocks) + "</div>")


def contents(pairs):
    """A list of links inside the page: (anchor, words)."""
    return Html('<ul class="contents">' + "".join(f'<li><a href="#{esc(anchor)}">{esc(words)}</a></li>'
                                                  for anchor, words in pairs) + "</ul>")


def picture(data, theme, alt):
    """A PNG inside the page."""
    image, small = Image.open(io.BytesIO(data)), io.BytesIO()
    few = image.convert("RGB").quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(small, "png")
    text = base64.b64encode(small.getvalue()).decode()
    return (f'<img class="{theme}" width="{image.width}" height="{image.height}" alt="{esc(alt)}" '
            f'src="data:image/png;base64,{text}">')


def figure(drawn, name, title, paper, folder, link):
    """A drawn figure for both themes, saved as PNG and PDF in a folder; `link` is that folder as seen from the page."""
    words, inches = take_note(drawn), drawn.get_figwidth()
    part = settle(drawn)
    light = as_bytes(drawn, "png", part)
    write_whole(folder / f"{name}.png", light)
    write_whole(folder / f"{name}.pdf", as_bytes(drawn, "pdf", part))
    darken(drawn)
    dark = as_bytes(drawn, "png", part)
    plt.close(drawn)
    files = " ".join(f'<a href="{esc(link)}/{name}.{kind}">{kind.upper()}</a>' for kind in ("png", "pdf"))
    number_of = f' <span class="paper">{esc(paper)} of Liu et al. (2025)</span>' if paper else ""
    return Html(f'<h3 id="{esc(name)}">{esc(title)}{number_of}</h3>'
                f'<figure style="--inches:{inches:g}"><div class="wide" tabindex="0">'
                f"{picture(light, 'light', title)}{picture(dark, 'dark', title)}</div>"
                f'<figcaption>{esc(words)}<div class="tools"><button class="size" type="button">Larger</button>'
                f"<span>{files}</span></div></figcaption></figure>")


class Page:
    """Sections in their order, then the whole page as text."""

    def __init__(self, title, lead):
        self.title, self.lead, self.sections = title, lead, []

    def add(self, anchor, name, *parts):
        self.sections.append((anchor, name, "".join(esc(part) for part in parts)))

    def text(self):
        css = (LIB / "report.css").read_text()
        for name, theme in (("light", LIGHT), ("dark", DARK)):
            css = css.replace(f"@{name}@", " ".join(f"--{key}: {value};" for key, value in theme.items()))
        links = "".join(f'<a href="#{esc(anchor)}">{esc(name)}</a>' for anchor, name, _ in self.sections)
        body = "\n".join(f'<section><h2 id="{esc(anchor)}">{esc(name)}</h2>{inside}</section>'
                         for anchor, name, inside in self.sections)
        return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{NOTHING_FROM_OUTSIDE}">
<link rel="icon" href="data:,">
<title>{esc(self.title)}</title>
<style>
{css}</style>
</head>
<body>
<div class="bar"><div><nav aria-label="Sections">{links}</nav><button id="theme" type="button"><span
class="light">Dark</span><span class="dark">Light</span></button></div></div>
<header id="top"><h1>{esc(self.title)}</h1><p class="lead">{esc(self.lead)}</p></header>
<main>
{body}
</main>
<footer><p>Made by tools/report of Cecropia. This page needs no network and nothing beside it; the links to PNG and PDF
lead to the folder that was written with it. <a href="#top">To the top</a></p></footer>
<script>
{(LIB / "report.js").read_text()}</script>
</body>
</html>
"""
