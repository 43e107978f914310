"""Results of Cecropia in Python: runs, scans and samples as objects, every column with its unit.

    import cecropia
    run = cecropia.open("out/quickstart")                  # a Run; print(run) says what is in it
    run.history["sfrd_msun_yr_cmpc3"]                      # numpy array, one entry per level
    run.history.units["sfrd_msun_yr_cmpc3"]                # 'Msun yr^-1 cMpc^-3'
    run.galaxies(4, 6, ["m_star_msun", "oh_young"])        # Table of the galaxies written at z = 4 to 6
    cecropia.with_observed(run.level(6))["compactness"]    # what observers derive: oh12, mu, offset from the FMR, ...
    scan = cecropia.open("out/quickstart/scan")            # a Scan
    scan.grid("log10_l_all")                               # array with a dimension for each parameter that varies
    cecropia.open("out/posterior").quantiles("stars.imf2_max_msun")    # of Samples

Needs h5py and numpy, and this folder in PYTHONPATH. docs/tutorials/python.md makes figures with it. What cannot be done
is a cecropia.Trouble, a sentence with the place and the remedy; a name that does not exist is also a KeyError.
"""
import pathlib

from cecropia_files import Missing, Table, Trouble, read_table
from cecropia_run import Run
from cecropia_samples import Samples
from cecropia_scan import Scan, below
from galaxy_columns import with_observed

__all__ = ["Missing", "Run", "Samples", "Scan", "Table", "Trouble", "below", "open", "read_table", "with_observed"]


def open(folder):  # pylint: disable=redefined-builtin
    """The results in a folder, or of a file in it: a Run, a Scan or Samples (a chain of tools/sample; of one without
    samples.h5, the Scan of the models that it asked for)."""
    folder = pathlib.Path(folder)
    if folder.is_file():
        folder = folder.parent
    if not folder.is_dir():
        raise Trouble(f"{folder} does not exist: give the folder that --out named")
    if (folder / "run.json").exists():
        return Run(folder)
    if (folder / "samples.h5").exists():
        return Samples(folder)
    if (folder / "scan.json").exists() or (folder / "scan.h5").exists():
        return Scan(folder)
    if (folder / "checkpoint.h5").exists() or (folder / "run.log").exists():
        raise Trouble(f"{folder} holds a run that is not finished: repeat its command with --resume")
    raise Trouble(f"{folder} holds no run (run.json), scan (scan.json) or chain (samples.h5): give the folder that "
                  "--out named")
