"""Scenarios: what people write in a file, read with every mistake named at once.

reading.py   file or example -> TOML tables
shape.py     tables -> known names and types (the models of tables.py)
checking.py  names and types -> a patient, a therapy and how to simulate them
"""

from .checking import Scenario, load, loads
from .reading import examples

__all__ = ["Scenario", "examples", "load", "loads"]
