"""The march against an independent reference, and its own invariants."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import expm

from baclosim.body.transfers import Body, Concentration, Entry, Site, Transfer, assemble, constant
from baclosim.engine.basis import basis
from baclosim.engine.inputs import prepare
from baclosim.engine.march import march
from baclosim.engine.network import Network
from baclosim.errors import NumericalError
from reference import integrate
from small_model import BODY, EFFECTS, parameters, system

RECORD = ("plasma", "brain_fast", "urine", "gut", "response", "deficit", "tolerance", "adaptation")


def regimen(n, times=(0.0, 8.0, 16.3, 24.0), amount=20_000.0, lag=0.2):
    """Tablets at the given times and an infusion from 30.1 h to 33.4 h."""
    t = np.array([*times, 30.1])
    channel = np.array(["mouth"] * len(times) + ["vein"])
    dose = np.array([amount] * len(times) + [5_000.0])
    duration = np.array([0.0] * len(times) + [3.3])
    return prepare(t, channel, dose, duration, channels=BODY.channels, lag={"mouth": np.full(n, lag)}, patients=n)


def run(n=1, step=0.25, until=60.0, **options):
    p = parameters(n)
    inputs = options.pop("inputs", None) or regimen(n)
    return march([(0.0, system(p))], inputs, EFFECTS, p, until=until, step=step, record=RECORD, **options)


def reference_run(times):
    p = parameters(1)
    x, y = integrate(system(p), regimen(1), EFFECTS, p, times)
    names = (*BODY.compartments, *(s.name for s in BODY.sites))
    return dict(zip(names, x, strict=True)) | dict(zip(("tolerance", "adaptation"), y, strict=True))


@pytest.fixture(scope="module")
def truth():
    return reference_run(np.arange(0.0, 61.0))


def test_body_is_exact_at_any_step(truth):
    for step in (0.125, 0.5, 1.0):
        course = run(step=step)
        for name in ("gut", "urine", "brain_fast"):
            np.testing.assert_allclose(course.values[name][0], truth[name], rtol=2e-8, atol=1e-8)


def test_effects_at_default_step_are_within_one_in_a_thousand(truth):
    course = run()
    for name in ("tolerance", "adaptation"):
        error = np.abs(course.values[name][0] - truth[name]).max() / np.abs(truth[name]).max()
        assert error < 1e-3


@pytest.mark.parametrize("precision", ["double", "single"])
def test_effects_converge_with_second_order(truth, precision):
    """Also where one evaluation of the rates serves two steps; beyond 15 min singles show their rounding."""
    steps = (1.0, 0.5, 0.25, 0.125) if precision == "double" else (1.0, 0.5, 0.25)
    found = [run(step=h, precision=precision).values["adaptation"][0] for h in steps]
    errors = [np.abs(each - truth["adaptation"]).max() for each in found]
    orders = np.log2(np.array(errors[:-1]) / errors[1:])
    assert np.all(orders > 1.7), (errors, orders)


def test_single_precision_leaves_the_body_alone_and_moves_effects_by_less_than_one_in_ten_thousand():
    double, single = run(n=40), run(n=40, precision="single")
    for name in ("plasma", "brain_fast", "urine", "gut"):
        np.testing.assert_array_equal(single.values[name], double.values[name])
    for name in ("response", "deficit", "tolerance", "adaptation"):
        difference = np.abs(single.values[name] - double.values[name]).max()
        assert 0.0 < difference < 1e-4 * np.abs(double.values[name]).max()


def test_amounts_add_up_to_the_doses():
    course = run(n=40)
    total = course.final.amounts[:, : len(BODY.compartments)].sum(axis=1)
    np.testing.assert_allclose(total, 4 * 20_000.0 + 5_000.0, rtol=1e-12)


def test_a_patient_does_not_depend_on_the_company_or_the_threads():
    alone, together = run(n=40, threads=1), run(n=40, threads=2)
    for name in RECORD:
        np.testing.assert_array_equal(alone.values[name], together.values[name])
    p = {k: v[17:18] for k, v in parameters(40).items()}
    single = march([(0.0, system(p))], regimen(1), EFFECTS, p, until=60.0, record=RECORD)
    for name in RECORD:
        np.testing.assert_array_equal(single.values[name][0], alone.values[name][17])


@pytest.mark.parametrize("precision", ["double", "single"])
def test_neighbours_who_take_their_doses_at_other_times_change_no_bit(precision):
    """Whose body is moved one step at a time, and whose several at once, depends on the company; results do not."""

    def course(who):
        p = {name: values[who] for name, values in parameters(20).items()}
        lag = {"mouth": np.linspace(0.0, 7.0, 20)[who], "vein": np.linspace(0.0, 5.0, 20)[who]}
        doses = (np.array([0.0, 24.0, 24.1, 30.1]), np.array(["mouth", "mouth", "mouth", "vein"]))
        amounts = (np.array([2e4, 2e4, 1e4, 5e3]), np.array([0.0, 0.0, 0.0, 3.3]))
        inputs = prepare(*doses, *amounts, channels=BODY.channels, lag=lag, patients=len(lag["mouth"]))
        run = {"until": 60.0, "record": RECORD, "precision": precision}
        return march([(0.0, system(p))], inputs, EFFECTS, p, **run)

    together = course(slice(None))
    for i in (0, 7, 19):
        alone = course(slice(i, i + 1))
        for name in RECORD:
            np.testing.assert_array_equal(alone.values[name][0], together.values[name][i])
        np.testing.assert_array_equal(alone.final.amounts[0], together.final.amounts[i])
        np.testing.assert_array_equal(alone.final.effects[0], together.final.effects[i])


@pytest.mark.parametrize("cut", [8.0, 16.0, 31.0])
def test_resuming_equals_going_on(cut):
    whole, first = run(n=3), run(n=3, until=cut)
    rest = run(n=3, start=cut, resume=first.final)
    for name in RECORD:
        joined = np.concatenate((first.values[name], rest.values[name]), axis=1)
        np.testing.assert_allclose(joined, whole.values[name], rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("change", [20.0, 20.1, 20.25, 31.7])
def test_a_change_of_the_body_on_or_off_the_grid_costs_no_accuracy(change):
    p = parameters(2)
    same = march([(0.0, system(p)), (change, system(p))], regimen(2), EFFECTS, p, until=60.0, record=RECORD)
    plain = run(n=2)
    for name in ("plasma", "urine"):
        np.testing.assert_allclose(same.values[name], plain.values[name], rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(same.values["tolerance"], plain.values["tolerance"], rtol=1e-5)


def test_a_failing_kidney_slows_the_decline():
    p = parameters(2)
    worse = {**p, "clearance": p["clearance"] * 0.1}
    course = march([(0.0, system(p)), (30.0, system(worse))], regimen(2), EFFECTS, p, until=60.0, record=RECORD)
    plain = run(n=2)
    np.testing.assert_allclose(course.values["plasma"][:, :30], plain.values["plasma"][:, :30], rtol=1e-12)
    assert np.all(course.values["plasma"][:, -1] > 2 * plain.values["plasma"][:, -1])


def test_a_dose_at_a_record_is_seen_by_it():
    course = run(inputs=regimen(1, lag=0.0))
    assert course.values["gut"][0, 0] == pytest.approx(20_000.0)
    assert course.values["gut"][0, 24] > 20_000.0


def test_without_drug_nothing_happens():
    course = run(inputs=regimen(1, amount=0.0), until=24.0)
    np.testing.assert_array_equal(course.values["plasma"], 0.0)
    np.testing.assert_allclose(course.values["response"], 0.0, atol=1e-100)
    np.testing.assert_allclose(course.values["tolerance"], 1.0, atol=1e-15)


def test_what_is_not_finite_names_patient_and_quantity():
    p = parameters(3)
    p["half_effective"][2] = np.nan
    with pytest.raises(NumericalError, match="response of patient 2"):
        march([(0.0, system(p))], regimen(3), EFFECTS, p, until=4.0, record=("response",))


def test_records_off_the_steps_are_refused():
    with pytest.raises(ValueError, match="do not fall on steps"):
        run(every=0.4)


def ring(rate):
    """Three compartments in a circle: the plainest body with a pair of complex modes."""
    return Body(
        transfers=tuple(Transfer(a, b, constant(rate)) for a, b in (("a", "b"), ("b", "c"), ("c", "a"))),
        entries=(Entry("in", "a", constant(1.0)),),
        concentrations=(Concentration("plasma", "b", constant(1.0)),),
        sites=(Site("brain_fast", constant(0.3), {"plasma": constant(1.0)}),),
    )


def chain(rate):
    """Compartments in a row that all empty at the same rate: no eigenvectors span it."""
    return Body(
        transfers=(Transfer("a", "b", constant(rate)), Transfer("b", "urine", constant(rate))),
        entries=(Entry("in", "a", constant(1.0)),),
        concentrations=(Concentration("plasma", "b", constant(1.0)),),
        sites=(Site("brain_fast", constant(0.3), {"plasma": constant(1.0)}),),
    )


@pytest.mark.parametrize(("body", "tolerance"), [(ring(1.3), 1e-12), (chain(1.3), 1e-6)])
def test_bodies_without_real_modes_are_marched_too(body, tolerance):
    one = assemble(body, {"n": np.zeros(1)})
    inputs = prepare(
        np.array([0.1, 3.3]), np.array(["in", "in"]), np.array([7.0, 5.0]), np.array([0.0, 2.05]),
        channels=("in",), lag={}, patients=1,
    )  # fmt: skip
    names = body.compartments
    found = march([(0.0, one)], inputs, Network((), ()), {}, until=12.0, record=(*names, "brain_fast"))
    A, b = one.A[0], one.B[0, :, 0]
    for k, t in enumerate(found.time):
        exact = np.zeros(len(A))
        if t >= 0.1:
            exact = exact + expm(A * (t - 0.1)) @ b * 7.0
        for start, sign in ((3.3, 1.0), (5.35, -1.0)):
            if t > start:
                augmented = np.block([[A, b[:, None] * 5.0 / 2.05], [np.zeros((1, len(A) + 1))]])
                exact = exact + sign * expm(augmented * (t - start))[:-1, -1]
        got = [found.values[n][0, k] for n in (*names, "brain_fast")]
        np.testing.assert_allclose(got, exact, rtol=tolerance, atol=tolerance)


def test_coordinates_of_the_same_bodies_are_found_once_and_of_other_bodies_anew():
    A = system(parameters(3)).A
    first = basis(A)
    assert basis(A.copy()) is first
    assert not first.vectors.flags.writeable
    other = A.copy()
    other[1] *= 1.0 + 1e-12
    assert basis(other) is not first
    np.testing.assert_allclose(first.vectors * first.rates[:, None, :] @ first.inverse, A, atol=1e-12)


def test_records_at_any_instants_agree_with_the_reference():
    instants = np.array([0.0, 1.5, 7.3, 16.31, 33.4, 40.0])
    expected, course = reference_run(instants), run(at=instants, until=40.0)
    assert np.array_equal(course.time, instants)
    for name in ("gut", "urine", "brain_fast"):
        np.testing.assert_allclose(course.values[name][0], expected[name], rtol=2e-8, atol=1e-8)
    for name in ("tolerance", "adaptation"):
        np.testing.assert_allclose(course.values[name][0], expected[name], rtol=1e-3, atol=1e-4)


def test_a_body_without_effects_needs_one_step_between_records():
    instants = np.array([7.3, 33.4, 40.0])
    expected, p = reference_run(np.array([0.0, *instants])), parameters(1)
    course = march(
        [(0.0, system(p))],
        regimen(1),
        Network((), ()),
        p,
        until=40.0,
        at=instants,
        step=np.inf,
        record=("gut", "urine"),
    )
    for name in ("gut", "urine"):
        np.testing.assert_allclose(course.values[name][0], expected[name][1:], rtol=2e-8, atol=1e-8)


def test_what_has_left_the_body_ends_as_nothing_not_as_denormal_numbers():
    p = parameters(1)
    course = march(
        [(0.0, system(p))], regimen(1), EFFECTS, p, until=24.0 * 400, every=24.0, record=("brain_slow", "gut")
    )
    for name, values in course.values.items():
        assert values[0, -1] == 0.0, name
        assert not np.any((values > 0.0) & (values < 1e-290)), name
