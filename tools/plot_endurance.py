#!/usr/bin/env python3
"""Draws the figure of docs/survival.md from the folder in which tools/endurance worked: memory, open files, log and
ledger of a long scan by time."""

from plot_needs import need

NEEDS = ("numpy", "h5py", "matplotlib")
need(*NEEDS)

import numpy as np  # noqa: E402  missing packages are named before they are imported

from plot_data import main_of, open_summary  # noqa: E402
from plot_style import BLUE, GREEN, LIGHT, ORANGE, PURPLE, VERMILION, note, plt, save  # noqa: E402

COLOURS = (BLUE, ORANGE, GREEN, PURPLE)


def main():
    s, out = open_summary(__doc__, NEEDS, "tools/endurance")
    looks, ranks = np.array(s["looks"]), s["ranks"]
    hours = looks[:, 0] / 3600
    figure, ((memory, files), (growth, per_point)) = plt.subplots(2, 2, figsize=(9.5, 6.2), sharex=True)
    for rank in range(ranks):
        look = {"color": COLOURS[rank % len(COLOURS)], "lw": 1, "label": f"rank {rank}"}
        memory.plot(hours, looks[:, 5 + rank] / 2**20, **look)
        files.plot(hours, looks[:, 5 + ranks + rank], drawstyle="steps-post", **look)
    memory.set(ylabel="Memory of its own [MiB]", ylim=(0, 1.25 * looks[:, 5:5 + ranks].max() / 2**20))
    files.set(ylabel="Open files", ylim=(0, 1.25 * looks[:, 5 + ranks:].max()))
    growth.plot(hours, looks[:, 2] / 2**20, color=BLUE, label="ledger")
    growth.plot(hours, looks[:, 1] / 2**20, color=VERMILION, label="log")
    growth.set(xlabel="Time [h]", ylabel="Size on the disk [MiB]", ylim=(0, None))
    # over about a fiftieth of the time, so that whole points are seen
    step = max(1, len(looks) // 50)
    new = looks[step::step, 1:4] - looks[:-step:step, 1:4][: len(looks[step::step])]
    new = new / np.maximum(new[:, 2:], 1)
    middle = hours[step::step] - 0.5 * (hours[step] - hours[0])
    per_point.plot(middle, new[:, 1], color=BLUE, label="ledger")
    per_point.plot(middle, new[:, 0], color=VERMILION, label="log")
    per_point.set(xlabel="Time [h]", ylabel="Bytes per point", yscale="log")
    for ax in (memory, files, growth, per_point):
        ax.axvspan(0, hours[0] + s["warm"] * (hours[-1] - hours[0]), color=LIGHT, alpha=0.35, lw=0)
        ax.margins(x=0)
        ax.legend(loc="best")
    note(figure, f"{s['points']} models one after the other. Grey: the time that does not count for the verdicts.")
    plt.rcParams["savefig.dpi"] = 95
    save(figure, out / "endurance.png")


if __name__ == "__main__":
    main_of(main)
