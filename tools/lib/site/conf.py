"""Settings of Sphinx for the site of docs/ (tools/docs --site; docs/decisions/010). Nothing here needs a network,
now or when the pages are read: no fonts, scripts or maths from elsewhere."""
import os

project = "Cecropia"
author = "the authors of Cecropia"
copyright = "the authors of Cecropia"
version = release = os.environ["CECROPIA_VERSION"]
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
root_doc = "docs/index"
myst_heading_anchors = 6
exclude_patterns = ["out"]
nitpicky = True
html_theme = "furo"
html_title = f"Cecropia {release}"
html_static_path = ["static"]
html_css_files = ["cecropia.css"]
html_use_index = False
html_copy_source = False
html_show_sourcelink = False
html_show_copyright = False
html_permalinks_icon = "#"
html_last_updated_fmt = None
highlight_language = "none"
pygments_style = "friendly"
pygments_dark_style = "native"
