"""What the theme of the site lacks as Debian packs it, set right in the folder of a built site.

Debian 12 has Furo from its sources, without the bundler: its style sheet imports normalize.css from a place that only
a web server of Debian has, its script is a module whose import fails (browsers load none from a disk), and the dark
colours are lost for readers whose system asks for them. A theme without these faults is left as it is."""
import pathlib
import re

from plot_data import Trouble

SERVED = pathlib.Path("/usr/share/javascript")  # what Debian's web servers show below /javascript/
DARK = 'body[data-theme="dark"]'


def mend(static: pathlib.Path):
    """`static` is the folder _static of a site; Trouble names a file of Debian that is needed and is not there."""
    style, script = static / "styles/furo.css", static / "scripts/furo.js"
    style.write_text(follow_system(with_imports(style.read_text())))
    script.write_text(with_modules(script.read_text(), script.parent))


def with_imports(css: str) -> str:
    """Style sheets below /javascript/ stand in the text instead of their import."""
    def text_of(found):
        file = SERVED / found[1]
        if not file.is_file():
            raise Trouble(f"{file} is not there, and Furo's style sheet imports it; install node-normalize.css")
        return file.read_text()
    return re.sub(r"@import url\(['\"]?/javascript/([^)'\"]+)['\"]?\);", text_of, css)


def follow_system(css: str) -> str:
    """The colours of the dark hold for data-theme="auto" too, where the system asks for them."""
    if "prefers-color-scheme" in css:
        return css
    colours = re.search(re.escape(DARK) + r"\s*\{([^{}]*)\}", css)
    if colours is None:
        raise Trouble(f"Furo's style sheet has no colours for {DARK}; tools/site_theme.py does not know this version")
    return css + ("\n@media not print {\n  @media (prefers-color-scheme: dark) {\n    "
                  f'body:not([data-theme="light"]) {{{colours[1]}}}\n'
                  '    body:not([data-theme="light"]) { color-scheme: dark; }\n  }\n'
                  f"  {DARK} {{ color-scheme: dark; }}\n}}\n")


def with_modules(code: str, folder: pathlib.Path) -> str:
    """Modules that set a global name stand in the text instead of their import."""
    def text_of(found):
        return (folder / found[1]).read_text()
    return re.sub(r"^import \w+ from ['\"]\./([^'\"]+)['\"];\n", text_of, code, flags=re.M)
