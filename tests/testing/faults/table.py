"""The table of outcomes."""
import collections

import plan

COLUMNS = ("said", "launcher", "silent", "survived", "hangs")
MEANINGS = ("said: the program (or the tool) names the cause; launcher: mpirun does; silent: nobody lived to do so; "
            "survived: exit code 0 and the bytes of an undisturbed command")


def as_text(outcomes, seed, seconds):
    """Faults by kind: how many, how they ended, how many are not as they should be; what Open MPI left."""
    counts = collections.Counter((outcome["kind"], outcome["outcome"]) for outcome in outcomes)
    wrong = collections.Counter(outcome["kind"] for outcome in outcomes if outcome["wrong"])
    width = max(map(len, plan.KINDS))
    lines = [f"{'':{width}} {'faults':>7} " + " ".join(f"{name:>9}" for name in (*COLUMNS, "wrong", "not met"))]
    for kind in plan.KINDS:
        cells = [counts[kind, name] for name in COLUMNS]
        lines.append(f"{kind:{width}} {sum(cells):7} " + " ".join(f"{n or '-':>9}" for n in cells) +
                     f" {wrong[kind] or '-':>9} {counts[kind, 'not met'] + counts[kind, 'skipped'] or '-':>9}")
    totals = [sum(counts[kind, name] for kind in plan.KINDS) for name in COLUMNS]
    not_met = sum(counts[kind, "not met"] + counts[kind, "skipped"] for kind in plan.KINDS)
    lines.append(f"{'all':{width}} {sum(totals):7} " + " ".join(f"{n:9}" for n in totals) +
                 f" {sum(wrong.values()):9} {not_met:9}")
    by_command = collections.Counter(outcome["command"] for outcome in outcomes if outcome["outcome"] not in
                                     ("not met", "skipped"))
    lines += ["", MEANINGS, "faults by command: " + ", ".join(f"{name} {n}" for name, n in sorted(by_command.items()))]
    for where, who in (("shared memory", "Open MPI left files in /dev/shm"),
                       ("temporary folder", "Open MPI left a session folder in TMPDIR"),
                       ("unfinished", "unfinished files of the dead, gone at the next start")):
        kinds = collections.Counter(outcome["kind"] for outcome in outcomes if where in outcome["left"])
        if kinds:
            lines.append(f"{who}: " + ", ".join(f"{n} x {kind}" for kind, n in kinds.most_common()))
    skipped = sorted({outcome["kind"] for outcome in outcomes if outcome["outcome"] == "skipped"})
    if skipped:
        lines.append(f"not tested, because nothing can be mounted here: {', '.join(skipped)}")
    lines.append(f"seed {seed}, {seconds:.0f} s")
    return "\n".join(lines)
