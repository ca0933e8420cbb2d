"""Who the patient in front of you is: observations in, the most probable person and the posterior out, forecasts.

    ann = fit(read_persons("ann.csv", therapy="10 mg by mouth every 8 h")[0])
    ann.patients(1000)                                        who Ann may be: a cohort for simulate, plan and cohort
    forecast(ann, "7 days", change="15 mg by mouth every 8 h")

rows, values, recorded, reading          a data file -> persons, with every fault named at once
kinds, observations, likelihood          what was seen, as intervals on a latent scale
estimated, prediction                    which parameters are a person's own, what they predict
optimum, posterior, conflict             the most probable person, who it may be, whether the data fit at all
individual, forecasting, population      one person, what comes next, many persons
groups, record                           the result for ArviZ and as JSON
"""

from .forecasting import Forecast, forecast
from .individual import Individual, fit
from .observations import Observation, Person
from .population import Population, fit_population
from .reading import read_persons

__all__ = [
    "Forecast",
    "Individual",
    "Observation",
    "Person",
    "Population",
    "fit",
    "fit_population",
    "forecast",
    "read_persons",
]
