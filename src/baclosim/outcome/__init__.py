"""What a scenario comes to: curves with two kinds of band, a summary, and what to be careful about."""

from .running import Outcome, run_scenario

__all__ = ["Outcome", "run_scenario"]
