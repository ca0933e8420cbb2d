"""What people see: one page with a tab for each thing one comes for.

frame                            header, notice, tabs, theme
simulate, pump, evidence, ...    one file for each tab; what they are made of stands beside this room
"""

from __future__ import annotations


def register() -> None:
    """Make the page known to the server."""
    from .frame import register

    register()
