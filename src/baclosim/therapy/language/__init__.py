"""The dosing language: plain words to a regimen, "5 mg every 8 h for 3 days, then 10 mg three times daily"."""

from .parsing import parse as parse
