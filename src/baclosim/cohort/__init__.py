"""A study: thousands to millions of patients in arms, simulated in shards, summed up without keeping every course.

tables, reading, study       what people write in a study file, and what it means
patients, digest             the patients of a piece of a cohort; what is kept of the courses of 16 at a time
measures, sketch             one number of each patient; quantiles over all
trial, shard                 allocation, visits and drop-out; everything about some patients as tables
store, manifest              a folder in which a shard is whole or not there, and which tells one study from another
running, workers, cluster    who computes: this process, several, or a Dask cluster; always to the same bytes
processes, ready             where those several come from, begun while a study is still read
results, summary, power      tables read lazily, arms compared, the power of a trial
sql, apart                   questions in SQL, here or in a process that sees the tables and opens nothing
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .reading import load_study as load_study
    from .reading import studies as studies
    from .reading import study_of as study_of
    from .results import Results as Results
    from .results import open_results as open_results
    from .running import run_study as run_study
    from .study import Study as Study

_HOME = {
    "Results": "results", "Study": "study", "load_study": "reading", "open_results": "results", "run_study": "running",
    "studies": "reading", "study_of": "reading",
}  # fmt: skip

__all__ = ["Results", "Study", "load_study", "open_results", "run_study", "studies", "study_of"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'baclosim.cohort' has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_HOME[name]}", __name__), name)
