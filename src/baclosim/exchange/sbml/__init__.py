"""The model under a scenario as SBML, traced from the equations with which a run computes.

course, repeats            a scenario made ready: typical patient, body and effects, every event, regular ones as one
formula, units             the notation of a trace, and units in the words of SBML
document, model, dosing    a document that grows; the body, the effects and the doses written into it
preamble, references       what a reader must know first; terms of ontologies and papers
export                     the files
"""

from .export import sbml

__all__ = ["sbml"]
