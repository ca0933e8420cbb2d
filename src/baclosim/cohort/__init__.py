"""A study: thousands to millions of patients in arms, simulated in shards, summed up without keeping every course.

tables, reading, study       what people write in a study file, and what it means
patients, measures, sketch   the patients of a piece of a cohort; one number of each; quantiles over all
trial, shard                 allocation, visits and drop-out; everything about some patients as tables
store, manifest              a folder in which a shard is whole or not there, and which tells one study from another
running, workers, cluster    who computes: this process, several, or a Dask cluster; always to the same bytes
results, summary, power      tables read lazily, arms compared, the power of a trial
"""

from .reading import load_study, studies, study_of
from .results import Results, open_results
from .running import run_study
from .study import Study

__all__ = ["Results", "Study", "load_study", "open_results", "run_study", "studies", "study_of"]
