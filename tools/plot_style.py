"""One look for every figure: print size, colours safe for colour-blind readers (Okabe & Ito), grey-proof lines."""
import io
import textwrap

import matplotlib
import numpy as np

from cecropia_files import write_whole

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402  the backend has to be chosen first

BLACK, BLUE, ORANGE, GREEN, VERMILION = "#000000", "#0072B2", "#E69F00", "#009E73", "#D55E00"
PURPLE, SKY, GREY, LIGHT = "#CC79A7", "#56B4E9", "#6E6E6E", "#C8C8C8"
M_SUN = r"M_\odot"
SEQUENTIAL = "cividis"  # ordered quantities: safe for colour-blind readers and in grey

plt.rcParams.update({
    "figure.dpi": 100, "savefig.dpi": 200, "savefig.bbox": "tight", "figure.constrained_layout.use": True,
    "font.size": 10, "axes.labelsize": 11, "legend.fontsize": 8, "legend.frameon": False, "legend.handlelength": 2.6,
    "xtick.direction": "in", "ytick.direction": "in", "xtick.top": True, "ytick.right": True,
    "xtick.minor.visible": True, "ytick.minor.visible": True, "axes.linewidth": 0.8, "lines.linewidth": 1.4,
    "mathtext.default": "regular",
})


def note(figure, text):
    """What the reader has to know besides the legend, small below the figure."""
    figure.supxlabel(textwrap.fill(text, int(17 * figure.get_figwidth())), x=0.01, ha="left", fontsize=7.5, color=GREY)
    figure.note = text


def say_empty(axes, text, *drawn):
    """Says in the middle of a panel that there is nothing, if none of the arrays drawn has a number."""
    if not any(np.isfinite(values).any() for values in drawn):
        axes.text(0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", color=GREY)


def take_note(figure):
    """The text of the note, which is then no longer on the figure: for a page that prints it itself."""
    text = getattr(figure, "note", "")
    if text:
        figure.supxlabel("")
        figure.note = ""
    return text


NO_LAYOUT = {"figure.constrained_layout.use": False, "figure.autolayout": False}


def write(figure, path, kind):
    """Writes the figure as `kind` ("png", "pdf") to a file, whole or not at all, without date or version inside: equal
    runs give equal files."""
    write_whole(path, as_bytes(figure, kind))


def as_bytes(figure, kind, part=None):
    """What write() writes; of a figure that was settled, this part."""
    metadata = {"png": {"Software": None}, "pdf": {"CreationDate": None, "Producer": None, "Creator": None}}[kind]
    content = io.BytesIO()
    with plt.rc_context({} if part is None else NO_LAYOUT):  # savefig takes no layout for the one of the style
        figure.savefig(content, format=kind, metadata=metadata, bbox_inches=part)
    return content.getvalue()


def settle(figure):
    """Puts everything in its place, once for all files that are to be written, and gives the part of the figure that
    has something on it. To find both again for every file takes as long as drawing it."""
    figure.set_dpi(plt.rcParams["savefig.dpi"])
    figure.draw_without_rendering()
    part = figure.get_tightbbox(figure.canvas.get_renderer()).padded(plt.rcParams["savefig.pad_inches"])
    with plt.rc_context(NO_LAYOUT):
        figure.set_layout_engine(None)
    return part


def save(figure, path):
    """Writes the figure as PNG and says so."""
    write(figure, path, "png")
    plt.close(figure)
    print(path)
