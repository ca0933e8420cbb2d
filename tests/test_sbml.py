"""The SBML export: valid, consistent in its units, an archive that runs as it says."""

from __future__ import annotations

import inspect
import io
import re
import zipfile
from pathlib import Path

import libsbml
import libsedml
import numpy as np
import pytest
import roadrunner
from hypothesis import given
from hypothesis import strategies as st

from baclosim.errors import ScenarioError
from baclosim.exchange.equations import BODY, called, handles_tables, page, rates
from baclosim.exchange.sbml import sbml
from baclosim.exchange.sbml.course import course_of
from baclosim.exchange.sbml.model import sbml_text
from baclosim.exchange.sbml.repeats import regular
from baclosim.exchange.sbml.units import parts, unit_id
from baclosim.parameters import parameters
from baclosim.quantities import QUANTITIES
from baclosim.scenario import load, loads
from baclosim.scenario.reading import examples
from sbml_runs import LIMIT, NEGLIGIBLE, here

pytestmark = pytest.mark.timeout(900)  # the effects with serotonin may have to be compiled first


@pytest.mark.parametrize("name", ["oral-titration-ms", "pump-tenfold-error", "fluoxetine-tramadol"])
def test_libsbml_finds_no_error_and_no_inconsistent_unit(name):
    document = libsbml.readSBMLFromString(sbml_text(course_of(load(name))))
    document.checkConsistency()
    assert [document.getError(i).getMessage() for i in range(document.getNumErrors())] == []


def test_libsbml_would_find_an_inconsistent_unit():
    document = libsbml.readSBMLFromString(sbml_text(course_of(load("sci-80-mg"))))
    document.getModel().getParameter("central_volume").setUnits("ug")
    assert document.checkConsistency() > 0


@pytest.mark.parametrize("name", ["oral-until-relief", "pump-until-relief"])
def test_visits_are_refused_by_name(name):
    with pytest.raises(ScenarioError, match="no visits at which a policy decides"):
        sbml(load(name))


def test_what_is_random_is_refused_together():
    text = examples()["pump-steady-spinal"].replace("refill =", 'hazards = "published"\nrefill =')
    text = text.replace("[therapy.pump]", '[therapy]\noral = "5 mg at night, missing 10 % of doses"\n[therapy.pump]')
    with pytest.raises(ScenarioError, match=r"(?s)missed at random.*hazards"):
        sbml(loads(text))


# --- the archive -----------------------------------------------------------------------------------------


def test_an_archive_runs_as_it_says_and_agrees():
    """The archive is unpacked, its SED-ML read back and executed, and what it reports compared with our curves."""
    scenario = loads(examples()["overdose-failing-kidneys-dialysis"].replace('"10 days"', '"5 days"'), "overdose")
    model, archive = sbml(scenario, archive=True).files
    packed = zipfile.ZipFile(io.BytesIO(archive.content))
    forms = dict(re.findall(r'location="\./([^"]+)" format="([^"]+)"', packed.read("manifest.xml").decode()))
    assert set(forms) | {"."} == {*packed.namelist(), "."}
    assert packed.read(model.name) == model.content
    about = packed.read("metadata.rdf").decode()
    assert "<vCard:organization-name>The baclosim authors</vCard:organization-name>" in about  # where libCombine looks
    assert "LICENSE-2.0" in about
    assert "Apache-2.0" in model.content.decode()
    (master,) = re.findall(r'location="\./([^"]+)" [^>]*master="true"', packed.read("manifest.xml").decode())
    reported = executed(packed, master)
    course = course_of(scenario)
    ours = here(course, 120.0, scenario.every)
    labels = {quantity.label: name for name, quantity in QUANTITIES.items()}
    found = {labels[label.split(" [")[0]]: column for label, column in reported.items() if label != "time [h]"}
    assert {"plasma", "coma", "extracellular_serotonin"} <= set(found)
    for name, column in found.items():
        scale = max(np.abs(ours[name]).max(), NEGLIGIBLE)
        assert np.abs(column - ours[name]).max() / scale < LIMIT, name


def executed(packed, name):
    """The first report of a SED-ML document: label -> column. Reads model, times and solver from the document."""
    text = packed.read(name).decode()
    document = libsedml.readSedMLFromString(text)
    assert document.getNumErrors() == 0
    task = document.getTask(0)
    model = document.getModel(task.getModelReference())
    simulation = document.getSimulation(task.getSimulationReference())
    run = roadrunner.RoadRunner(packed.read(model.getSource()).decode())
    algorithm = simulation.getAlgorithm()
    assert algorithm.getKisaoID() == "KISAO:0000019"
    settings = {p.getKisaoID(): p.getValue() for p in algorithm.getListOfAlgorithmParameters()}
    run.integrator.relative_tolerance = float(settings["KISAO:0000209"])
    run.integrator.absolute_tolerance = float(settings["KISAO:0000211"])
    run.integrator.maximum_num_steps = int(settings["KISAO:0000415"])
    sources = {}
    for generator in document.getListOfDataGenerators():
        variable = generator.getVariable(0)
        symbol = variable.getSymbol() == "urn:sedml:symbol:time"
        sources[generator.getId()] = "time" if symbol else re.search(r"@id='(\w+)'", variable.getTarget())[1]
    report = next(o for o in document.getListOfOutputs() if o.getElementName() == "report")
    columns = [(d.getLabel(), sources[d.getDataReference()]) for d in report.getListOfDataSets()]
    run.timeCourseSelections = [source for _, source in columns]
    assert simulation.getInitialTime() == simulation.getOutputStartTime() == 0.0
    found = np.array(run.simulate(0.0, simulation.getOutputEndTime(), simulation.getNumberOfSteps() + 1)).T
    return dict(zip((label for label, _ in columns), found, strict=True))


def test_the_same_scenario_gives_the_same_bytes():
    scenario = load("sci-80-mg")
    assert sbml(scenario, archive=True) == sbml(scenario, archive=True)


# --- regular doses ---------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 400), unique=True, max_size=40))
def test_runs_are_the_same_times_again(hours):
    times = [float(hour) for hour in sorted(hours)]
    again = sorted(start + i * every for start, every, number in regular(times) for i in range(number))
    assert again == pytest.approx(times)


def test_three_times_a_day_are_three_runs_and_every_8_h_is_one():
    days = [24.0 * day for day in range(30)]
    assert len(regular(sorted(day + hour for day in days for hour in (0.0, 6.0, 13.0)))) == 3
    assert regular([8.0 * i for i in range(90)]) == [(0.0, 8.0, 90)]


def test_no_two_rates_of_a_channel_begin_at_one_time():
    """SBML leaves open which would come first: a bridge bolus after a refill began anew as it was replaced."""
    given = course_of(load("pump-refill-concentration-change")).given
    for channel in {repeat.channel for repeat in given}:
        begun = sorted(
            repeat.start + i * repeat.every
            for repeat in given
            if (repeat.kind, repeat.channel) == ("rate", channel)
            for i in range(repeat.times)
        )
        assert (np.diff(begun) > 1e-7).all()


def test_every_unit_of_the_model_has_a_definition():
    for unit in {*(q.unit for q in QUANTITIES.values()), *(p.unit for p in parameters().values())} - {
        "ug/day",
        "1/year",
    }:
        assert (unit_id(unit) == "dimensionless") == (not parts(unit))
    assert unit_id("cm^2/h") == "cm2_per_h"
    assert unit_id("1/hour") == "per_h"


# --- the model in print ----------------------------------------------------------------------------------


def test_the_page_of_the_model_is_up_to_date():
    found = Path(__file__).parent.parent / "docs" / "model.md"
    assert found.read_text(encoding="utf-8") == page(), "run: baclosim export equations --out docs"


def test_every_equation_and_every_parameter_is_on_the_page():
    from baclosim.effects.whole import EFFECTS_WITH_SEROTONIN as EFFECTS

    text = page()
    for name in (*EFFECTS.quantities, *(state.name for state in EFFECTS.states)):
        assert f"**{QUANTITIES[name].label}**" in text
        assert rf"\text{{{name.replace('_', ' ')}}}" in text
    named = (rate for rate in rates(BODY) if called(rate).strip("_") != "given" and not handles_tables(rate))
    for name in filter(None, map(called, named)):
        assert rf"\text{{{name.replace('_', ' ')}}} =" in text
    for name in (BODY.parameter_names | {*EFFECTS.parameters}) & parameters().keys():
        assert f"| `{name}` |" in text


def test_what_is_printed_computes_what_the_code_does():
    """Every printed equation of the effects, as a function of numbers, against the function that it was traced from."""
    import sympy

    from baclosim.effects.whole import EFFECTS_WITH_SEROTONIN as EFFECTS
    from baclosim.exchange.equations import tracing

    numbers, trace = np.random.default_rng(1), tracing()
    equations = [*EFFECTS.quantities.values(), *(state.rate for state in EFFECTS.states)]
    printed = [trace.of(equation) for equation in equations]
    shared = {"Max": max}
    for function in trace.functions.values():
        shared[function.name] = sympy.lambdify(
            [*map(sympy.Symbol, function.arguments)], plain(function.body), [shared, "math"]
        )
    for equation, expression in zip(equations, printed, strict=True):
        names = inspect.signature(equation).parameters
        computed = sympy.lambdify([*map(sympy.Symbol, names)], plain(expression), [shared, "math"])
        usual = [parameters()[name].value if name in parameters() else 0.5 for name in names]
        values = dict(zip(names, (numbers.uniform(0.95, 1.05, len(names)) * usual).tolist(), strict=True))
        assert computed(**values) == pytest.approx(equation(**values), rel=1e-9, abs=1e-12), equation.__name__


def plain(expression):
    """The expression with symbols of which nothing is assumed; a constant with a unit becomes its number."""
    import sympy

    expression = sympy.sympify(expression)
    leak = {symbol: sympy.Integer(1) for symbol in expression.free_symbols if symbol.name == "1/h"}
    return expression.subs(leak).subs({symbol: sympy.Symbol(symbol.name) for symbol in expression.free_symbols})
