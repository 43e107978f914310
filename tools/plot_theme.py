"""The same figure for a dark page: black becomes light, dark colours become lighter, their hue and their order stay."""
import functools

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import Collection
from matplotlib.colors import ListedColormap, to_hex, to_rgba
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text

BACKGROUND = "#14171b"  # of the dark page: tools/lib/report.css has the same
INK = 0.91  # what black becomes
FAINT = 0.75  # below one: what is pale on white stays visible on black
GREYISH = 0.06  # largest difference of red, green and blue that counts as grey
DARKEST = 0.2  # lowest relative luminance of a colour that is no grey


def luminance(rgb):
    """Relative luminance of sRGB, 0 to 1 (WCAG 2)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def lighter(rgb):
    """A colour of the same hue that can be seen on the dark background: mixed with white until it can."""
    while luminance(rgb) < DARKEST:
        rgb = [c + 0.02 * (1 - c) for c in rgb]
    return rgb


@functools.lru_cache(maxsize=None)
def rgba_on_dark(colour):
    *rgb, alpha = colour
    if max(rgb) - min(rgb) > GREYISH:
        return (*lighter(rgb), alpha)
    background = np.array(to_rgba(BACKGROUND)[:3])
    return (*(background + (1 - np.mean(rgb)) ** FAINT * (INK - background)), alpha)


def on_dark(colour):
    """The colour that stands on a dark page for this one on a white page; opacity stays."""
    return rgba_on_dark(to_rgba(colour))


def map_on_dark(colours):
    """A few colours: each for itself, as lines that are drawn with them; a scale: without its darkest part."""
    if colours.N <= 32:
        return ListedColormap([on_dark(colour) for colour in colours(np.arange(colours.N))])
    return ListedColormap(colours(np.linspace(0.3, 1, 256)))


def change(get, put):
    """Replaces the colours of an artist, one or many; what is drawn without colour stays so."""
    colours = get()
    if isinstance(colours, str) and colours in ("none", "auto"):
        return
    many = np.ndim(colours) == 2
    if many and len(colours):
        put([on_dark(colour) for colour in colours])
    elif not many and to_rgba(colours)[3] > 0:
        put(on_dark(colours))


def darken(figure):
    """Changes a finished figure: save it for the white page first."""
    figure.set_facecolor(BACKGROUND)
    artists = figure.findobj()
    arrows = [artist.arrow_patch for artist in artists if getattr(artist, "arrow_patch", None)]
    for artist in (*artists, *arrows):
        if isinstance(artist, Axes):
            artist.tick_params(axis="both", which="both", color=to_hex(on_dark("black")),
                               labelcolor=to_hex(on_dark("black")))
        elif isinstance(artist, Text):
            change(artist.get_color, artist.set_color)
        elif isinstance(artist, Line2D):
            face, edge = artist.get_markerfacecolor(), artist.get_markeredgecolor()
            change(artist.get_color, artist.set_color)
            change(lambda: face, artist.set_markerfacecolor)
            change(lambda: edge, artist.set_markeredgecolor)
        elif isinstance(artist, (Patch, Collection)):
            if artist is not figure.patch:
                change(artist.get_facecolor, artist.set_facecolor)
                change(artist.get_edgecolor, artist.set_edgecolor)
            if isinstance(artist, ScalarMappable) and artist.get_array() is not None:
                artist.set_cmap(map_on_dark(artist.get_cmap()))
        for effect in artist.get_path_effects() or ():
            if "foreground" in getattr(effect, "_gc", {}):  # a rim around text and symbols in the colour of the page
                effect._gc["foreground"] = to_hex(on_dark(effect._gc["foreground"]))
