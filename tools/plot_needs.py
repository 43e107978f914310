"""Packages that the figures need, asked for before they are imported: a sentence instead of a traceback."""
import importlib
import pathlib
import sys


def packages_of(modules):
    """Their names in Debian."""
    return " ".join(f"python3-{name}" for name in modules)


def which_python(*modules):
    """What --help says about the Python that runs a script."""
    return (f"Needs {', '.join(modules)} (Debian: {packages_of(modules)}).\n"
            "Scripts of tools/ that call it take the Python named by the environment variable PYTHON,\n"
            "else the first of python3 and /usr/bin/python3 that has these modules.")


def need(*modules):
    """Ends with code 2 and one line on stderr if this Python lacks one of the modules."""
    for module in modules:
        try:
            importlib.import_module(module)
        except ImportError as error:
            print(f"{pathlib.Path(sys.argv[0]).name}: needs {', '.join(modules)}; {sys.executable or 'this Python'} "
                  f"has no {module} ({error}): apt install {packages_of(modules)}, or run it with another Python, "
                  f"e.g. /usr/bin/python3 {sys.argv[0]}", file=sys.stderr)
            sys.exit(2)
