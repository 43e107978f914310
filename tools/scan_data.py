"""Scans as the figures want them: all points finished."""
import cecropia_scan
from cecropia_scan import below

__all__ = ["Scan", "below"]


class Scan(cecropia_scan.Scan):
    """A finished scan; one that is under way is refused, whose best points are not known."""

    def __init__(self, folder):
        super().__init__(folder, finished=True)
