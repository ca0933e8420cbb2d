"""The simulation of a model in the words of SED-ML: which solver, how tight, what is reported and drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import libsedml

from ...figures.curves import MAIN as PANELS
from ...quantities import known
from ...simulate.parts import chosen_quantities, recordable
from .document import LEVEL, VERSION

if TYPE_CHECKING:
    from .course import Course

SBML = f"http://www.sbml.org/sbml/level{LEVEL}/version{VERSION}/core"
LANGUAGE = f"urn:sedml:language:sbml.level-{LEVEL}.version-{VERSION}"
TIME = "urn:sedml:symbol:time"
CVODE = "KISAO:0000019"
TIGHT = {"KISAO:0000209": "1e-11", "KISAO:0000211": "1e-13", "KISAO:0000415": "1000000"}
"""Relative and absolute tolerance, and the most steps between two records."""


def sedml_text(course: Course, model: str) -> str:
    """The simulation of `model`, the name of the file of SBML, as XML of SED-ML Level 1 Version 4."""
    document = libsedml.SedDocument(1, 4)
    document.getNamespaces().add(SBML, "sbml")
    _model(document, course, model)
    _simulation(document, course)
    told = reported(course)
    _generators(document, course, told)
    _report(document, told)
    _plots(document, told)
    return libsedml.writeSedMLToString(document)


def reported(course: Course) -> tuple[str, ...]:
    """The concentrations and effects that a run shows."""
    return chosen_quantities("main", recordable(course.body, course.effects))


def _model(document: Any, course: Course, source: str) -> None:
    model = document.createModel()
    model.setId("model")
    model.setName(course.scenario.title)
    model.setLanguage(LANGUAGE)
    model.setSource(source)


def _simulation(document: Any, course: Course) -> None:
    """From the start of the treatment; recorded over the hours of the scenario alone."""
    scenario = course.scenario
    made = document.createUniformTimeCourse()
    made.setId("simulation")
    made.setInitialTime(0.0)
    made.setOutputStartTime(scenario.before)
    made.setOutputEndTime(course.duration)
    made.setNumberOfSteps(round(scenario.duration / scenario.every))
    algorithm = made.createAlgorithm()
    algorithm.setKisaoID(CVODE)
    for term, value in TIGHT.items():
        parameter = algorithm.createAlgorithmParameter()
        parameter.setKisaoID(term)
        parameter.setValue(value)
    task = document.createTask()
    task.setId("task")
    task.setModelReference("model")
    task.setSimulationReference("simulation")


def _generators(document: Any, course: Course, told: Sequence[str]) -> None:
    _generator(document, "time", {"symbol": TIME})
    for name in told:
        kind = "species" if name in course.body.compartments and known(name).kind == "amount" else "parameter"
        parent = "listOfSpecies" if kind == "species" else "listOfParameters"
        path = f"/sbml:sbml/sbml:model/sbml:{parent}/sbml:{kind}[@id='{name}']"
        _generator(document, name, {"target": path})


def _generator(document: Any, name: str, where: Mapping[str, str]) -> None:
    made = document.createDataGenerator()
    made.setId(f"data_{name}")
    made.setName(name)
    variable = made.createVariable()
    variable.setId(f"of_{name}")
    variable.setTaskReference("task")
    for key, value in where.items():
        getattr(variable, f"set{key.capitalize()}")(value)
    made.setMath(libsedml.parseL3Formula(f"of_{name}"))


def _report(document: Any, told: Sequence[str]) -> None:
    report = document.createReport()
    report.setId("report")
    report.setName("Concentrations and effects")
    for name in ("time", *told):
        column = report.createDataSet()
        column.setId(f"column_{name}")
        column.setLabel("time [h]" if name == "time" else label(name))
        column.setDataReference(f"data_{name}")


def label(name: str) -> str:
    """A quantity with its unit."""
    quantity = known(name)
    return quantity.label if quantity.unit == "dimensionless" else f"{quantity.label} [{quantity.unit}]"


def _plots(document: Any, told: Sequence[str]) -> None:
    """The panels of the figure of a run, those that hold something."""
    for number, panel in enumerate(PANELS, 1):
        names = [name for name in panel if name in told]
        if not names:
            continue
        plot = document.createPlot2D()
        plot.setId(f"plot_{number}")
        plot.setName(", ".join(known(name).label for name in names))
        for name in names:
            curve = plot.createCurve()
            curve.setId(f"curve_{number}_{name}")
            curve.setName(label(name))
            curve.setXDataReference("data_time")
            curve.setYDataReference(f"data_{name}")
