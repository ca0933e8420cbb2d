"""What people see: one page with a tab for each thing one comes for.

frame     header, notice, tabs, theme      parts     small elements that several tabs use
simulate, pump, evidence, claims, ...      one file for each tab
"""

from __future__ import annotations


def register() -> None:
    """Make the page known to the server."""
    from .frame import register

    register()
