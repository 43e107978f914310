"""What all readers of Cecropia's files share: errors, columns with units, observational tables. See cecropia.py."""
import collections.abc
import csv
import difflib
import json
import os
import pathlib
import re

import h5py
import numpy as np

SCHEMA = 1  # of run.json, run.h5, scan.json and scan.h5; docs/formats.md


class Trouble(Exception):
    """Something the user can repair: one sentence with the place and the remedy."""


class Missing(Trouble, KeyError):
    """A name that is not there; names that are near it are part of the sentence."""

    __str__ = Exception.__str__  # a KeyError shows the representation of its text


def reason(error):
    """Why a file could not be opened, in a few words; HDF5 itself says it in several lines."""
    return os.strerror(error.errno) if error.errno else "it is no complete HDF5 file"


def write_whole(path, content):
    """Writes text or bytes to a file that is there whole or not at all: what was there before stays until then. A
    Trouble names a place that does not take it. Until it is whole nobody else may read it."""
    path = pathlib.Path(path)
    part = path.with_name(f".{path.name}.part")
    try:
        part.unlink(missing_ok=True)  # of a process that was killed, or a link to another place
        try:
            with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content.encode() if isinstance(content, str) else content)
                file.flush()
                os.fchmod(file.fileno(), 0o666 & ~umask())
                os.fsync(file.fileno())
            os.replace(part, path)
        except OSError:
            part.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise Trouble(f"{path} cannot be written: {reason(error)}") from error


def umask():
    """What new files do not allow; 077 where that cannot be known."""
    try:
        status = pathlib.Path("/proc/self/status").read_text()
    except OSError:
        return 0o077
    found = re.search(r"^Umask:\s*([0-7]+)$", status, re.M)
    return int(found[1], 8) if found else 0o077


def not_through_a_link(path, flags):
    """For open(..., opener=not_through_a_link): a file in a folder of results is never a way to another place."""
    return os.open(path, flags | os.O_NOFOLLOW, 0o666)


def text_if_there(path):
    """The text of a file that need not be there; None if it is not. A Trouble: it is there and cannot be read."""
    try:
        return pathlib.Path(path).read_text(errors="replace")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Trouble(f"{path} cannot be read: {reason(error)}") from error


def near(name, names):
    """What to say besides a name that is not there: the ones that contain it, or else look like it."""
    name, names = str(name), [str(n) for n in names]
    found = sorted((n for n in names if name in n), key=len) or difflib.get_close_matches(name, names, 3, 0.6)
    return f" (there is {', '.join(found[:3])})" if found else ""


class Table(collections.abc.Mapping):
    """Columns of equal length by name, as numpy arrays; `units` and `descriptions` say what they hold.

    table["z"] is a column, table.units["z"] its unit ("-": a pure number), table.where(mask) the chosen rows,
    table.label("z") words for an axis, len(table.names) the number of columns. `facts` holds what belongs to all rows.
    """

    def __init__(self, columns, units=None, descriptions=None, place="table", facts=None):
        self._columns, self.place, self.facts = dict(columns), place, dict(facts or {})
        self.units = {name: (units or {}).get(name, "") for name in self._columns}
        self.descriptions = {name: (descriptions or {}).get(name, "") for name in self._columns}

    def __getitem__(self, name):
        try:
            return self._columns[name]
        except (KeyError, TypeError):
            raise Missing(f"{self.place} has no {name}{near(name, self._columns)}") from None

    def __iter__(self):
        return iter(self._columns)

    def __len__(self):
        return len(self._columns)

    @property
    def names(self):
        return list(self._columns)

    @property
    def rows(self):
        """Length of the columns."""
        return len(next(iter(self._columns.values()), ()))

    def where(self, chosen):
        """The rows chosen by a mask, a slice or a list of row numbers."""
        return self.like({name: column[chosen] for name, column in self._columns.items()})

    def like(self, columns):
        """Other columns under the same names, units and facts."""
        return Table(columns, self.units, self.descriptions, self.place, self.facts)

    def add(self, name, column, unit, description):
        self._columns[name], self.units[name], self.descriptions[name] = column, unit, description

    def label(self, name):
        """Name and unit, for the axis of a figure."""
        self[name]
        return name if self.units[name] in ("", "-") else f"{name} [{self.units[name]}]"

    def __repr__(self):
        words = [f"<{self.place}: {self.rows} rows, {len(self)} columns>"]
        words += [f"  {fact} = {value}" for fact, value in self.facts.items()]
        width = max((len(name) for name in self), default=0)
        unit = max((len(text) for text in self.units.values()), default=0)
        for name in self:
            words.append(f"  {name:<{width}}  {self.units[name]:<{unit}}  {self.descriptions[name]}".rstrip())
        return "\n".join(words)


def values_of(dataset):
    """A dataset in memory: text as str, single precision as double, so that sums and powers do not overflow."""
    values = dataset[()]
    if dataset.dtype.kind in "SO":
        return np.array([text.decode() for text in values], object)
    return values.astype(float) if dataset.dtype.kind == "f" else values


def read_group(group, place, names=None, rows=None, facts=None):
    """Datasets of an HDF5 group as a Table: all of them, or those named; all rows, or the chosen ones."""
    names = [name for name, item in group.items() if isinstance(item, h5py.Dataset)] if names is None else names
    columns, units, descriptions = {}, {}, {}
    for name in names:
        if name not in group:
            raise Missing(f"{place} has no {name}{near(name, group)}")
        columns[name] = values_of(group[name]) if rows is None else values_of(group[name])[rows]
        for what, known in (("unit", units), ("description", descriptions)):
            text = group[name].attrs.get(what, "")
            known[name] = text.decode() if isinstance(text, bytes) else text
    return Table(columns, units, descriptions, place, facts)


def read_json(path, remedy):
    """A JSON file; `remedy` says what to do if it cannot be read."""
    try:
        content = json.loads(path.read_text())
    except OSError as error:
        raise Trouble(f"{path} cannot be read ({error.strerror}): {remedy}") from error
    except (ValueError, RecursionError) as error:  # the latter: lists in lists without an end
        raise Trouble(f"{path} is not JSON: {error}") from error
    check_schema(path, content.get("schema", SCHEMA) if isinstance(content, dict) else None)
    return content


def check_schema(path, schema):
    if schema != SCHEMA:
        raise Trouble(f"{path} has schema {schema}, this reader knows {SCHEMA}: take the tools of the version that "
                      "wrote it")


def number(value):
    """A number of run.json or a ledger: null is one that could not be derived."""
    return np.nan if value is None else float(value)


def shipped_observations():
    """Folder of the observational tables that come with the program."""
    return pathlib.Path(__file__).resolve().parent.parent / "params/observations"


def read_table(path):
    """Records of a CSV table of params/observations: '#' lines are comments, a byte-order mark is skipped, numbers
    become floats."""
    try:
        lines = [line for line in path.read_text("utf-8-sig").splitlines() if line.strip() and not line.startswith("#")]
    except OSError as error:
        raise Trouble(f"the observational table {path} cannot be read: {error.strerror}") from error
    records = []
    for record in csv.DictReader(lines, skipinitialspace=True):
        for key, text in record.items():
            try:
                record[key] = float(text)
            except (TypeError, ValueError):
                pass
        records.append(record)
    return records


def observation_file(observe, name):
    """A table of the folder that the section `observe` names; of that of the program if it names none."""
    folder = observe["observations_path"]
    return (pathlib.Path(folder) if folder else shipped_observations()) / name


def observation(observe, name):
    """Records of such a table."""
    return read_table(observation_file(observe, name))


def citation(path):
    """Authors and year of a table, "Li et al. (2025)", from its line "# source: AUTHORS YEAR..."; "" without one."""
    found = re.search(r"^# *source: *([^\n,;:()\d]+?),? *\(?((?:19|20)\d\d[a-z]?)\b", path.read_text("utf-8-sig"), re.M)
    return f"{found[1]} ({found[2]})" if found else ""
