"""Any linear compartment model under dose records with NONMEM's meaning: `solve` a data file, or a `population`.

    model = two_compartment_oral()
    table = solve(model, "doses.csv", {"CL": 7.8, "V2": 28, "Q": 5.9, "V3": 18.5, "KA": 1.6})

Units are the modeller's own: whatever the table uses for amount, volume and time is what comes out.
"""

from .model import LinearModel, one_compartment_oral, two_compartment_oral
from .population import Population, population
from .solution import solve

__all__ = ["LinearModel", "Population", "one_compartment_oral", "population", "solve", "two_compartment_oral"]
