"""Individual estimates against independent computations, and on persons whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import kstest, norm

from baclosim.body.transfers import assemble
from baclosim.engine.network import Network
from baclosim.errors import InputError
from baclosim.individualise import Person, fit, fit_population, forecast
from baclosim.individualise.conflict import conflict_of
from baclosim.individualise.groups import groups, tree
from baclosim.individualise.individual import prepared
from baclosim.individualise.optimum import optimum
from baclosim.individualise.posterior import CLOSE, coarsely
from baclosim.individualise.prediction import Predictor
from baclosim.parameters import parameters
from baclosim.patient import Patients, virtual_patients
from baclosim.patient.many import patients_at
from baclosim.patient.spread import at_deviate
from baclosim.simulate import body_for, doses_of, inputs_for, simulate
from baclosim.therapy.language import parse
from fit_cases import LEVELS, PATIENT, TABLETS, observation, persons
from reference import integrate

FEW = ("nonrenal_clearance", "central_volume")


def levels(*pairs):
    return tuple(observation("plasma", time, value) for time, value in pairs)


@pytest.fixture(scope="module")
def ann():
    observations = (*levels((26.0, 0.33), (31.9, 0.11)), observation("ashworth", 32.0, 2.0))
    return fit(Person("Ann", PATIENT, parse(TABLETS), observations), draws=3000)


def test_predictions_are_those_of_simulate():
    times, names = np.array([0.0, 1.3, 49.7, 96.0]), ("plasma", "ashworth", "drowsiness")
    group = virtual_patients(20, PATIENT, seed=3)
    predicted = Predictor(PATIENT, parse(TABLETS), names, times)(group)
    course = simulate(group, TABLETS, 96.0, every=0.05, step=0.05, quantities=names)
    for i, name in enumerate(names):
        expected = np.stack([course.at(name, t) for t in times], axis=1)
        np.testing.assert_allclose(predicted[:, i], expected, rtol=2e-3, atol=1e-6)


def test_many_candidates_are_predicted_as_one_by_one():
    group = virtual_patients(300, PATIENT, seed=3)
    predictor = Predictor(PATIENT, parse("80 ug/day intrathecally"), ("csf_lumbar",), np.array([30.0, 48.0]))
    together = predictor(group)
    np.testing.assert_allclose(together[256:270], predictor(group[256:270]), rtol=1e-12)


def test_the_optimum_is_that_of_an_independent_optimiser_on_the_reference_solver():
    regimen, seen = parse("10 mg by mouth every 8 h"), ((2.0, 0.28), (6.0, 0.1))
    person = Person("", PATIENT, regimen, levels(*seen))
    doses = doses_of(regimen, 6.0, Patients.of(PATIENT), 0)
    body, times = body_for(doses), np.array([0.0, *(t for t, _ in seen)])
    values = np.array([value for _, value in seen])

    def objective(z):
        group = patients_at({name: np.array([x]) for name, x in zip(FEW, z, strict=True)}, 1, PATIENT)
        system = assemble(body, group.parameters)
        amounts, _ = integrate(system, inputs_for(doses, body, group, 0.0), Network((), ()), {}, times, rtol=1e-7)
        plasma = (system.C[0, system.outputs.index("plasma")] @ amounts)[1:]
        sd = np.hypot(0.24 * plasma, 0.005)
        return -norm(plasma, sd).logpdf(values).sum() - norm.logpdf(z).sum()

    found = optimum(prepared(person, FEW))
    begin = {"initial_simplex": [[0.0, 0.0], [0.5, 0.0], [0.0, 0.5]], "xatol": 5e-5, "fatol": 1e-8}
    independent = minimize(objective, np.zeros(2), method="Nelder-Mead", options=begin)
    assert found.objective == pytest.approx(independent.fun, abs=1e-5)
    np.testing.assert_allclose(found.z, independent.x, atol=1e-4)


def test_the_posterior_of_one_parameter_is_that_on_a_grid():
    person = Person("", PATIENT, parse(TABLETS), levels((26.0, 0.33), (31.9, 0.11)))
    target = prepared(person, ("nonrenal_clearance",))
    grid = np.linspace(-5.0, 5.0, 2001)
    logs = target.log_likelihood(grid[:, None]) + target.log_prior(grid[:, None])
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    from baclosim.individualise.posterior import Proposal, sampled

    best = optimum(target)
    draws = sampled(target, Proposal(best.z, best.covariance), (), 20_000, seed=0, block=0)
    mean = weights @ grid
    assert draws.mean[0] == pytest.approx(mean, abs=0.02)
    assert np.sqrt(draws.covariance[0, 0]) == pytest.approx(np.sqrt(weights @ (grid - mean) ** 2), rel=0.03)
    assert draws.evidence == pytest.approx(np.log(np.trapezoid(np.exp(logs), grid)), abs=0.02)


@pytest.mark.parametrize("therapy", [TABLETS, "100 ug/day intrathecally"])
def test_longer_steps_of_the_draws_change_no_likelihood_by_much(therapy):
    seen = tuple(observation("ashworth", 24.0 * day, 2.0) for day in (2, 5, 9))
    target = prepared(Person("", PATIENT, parse(therapy), seen))
    best = optimum(target)
    coarse = coarsely(target, best)
    assert coarse.predictor.step > target.predictor.step
    z = best.z + np.random.default_rng(8).standard_normal((64, target.size)) @ np.linalg.cholesky(best.covariance).T
    change = np.abs(coarse.log_likelihood(z) - target.log_likelihood(z))
    assert np.quantile(change, 0.9) < CLOSE


def test_data_that_say_nothing_leave_the_people_as_they_were():
    person = Person("", PATIENT, parse(TABLETS), (observation("plasma", 26.0, below=1000.0),))
    found = fit(person, draws=3000)
    assert np.abs(found.best.z).max() < 1e-5
    for estimate in found.estimates:
        assert estimate.shrinkage == pytest.approx(1.0, abs=0.12)


def test_better_data_leave_less_of_the_spread():
    few, _ = persons(1, (("plasma", 74.0),), seed=4)
    many, _ = persons(1, tuple(("plasma", 72.0 + t) for t in (1, 2, 3, 4, 5, 6, 7, 8)), seed=4)
    left = [np.trace(optimum(prepared(p[0])).covariance) for p in (few, many)]
    assert left[1] < 0.9 * left[0]


def test_a_level_below_quantification_counts():
    above = Person("", PATIENT, parse(TABLETS), levels((26.0, 0.3)))
    both = Person("", PATIENT, parse(TABLETS), (*levels((26.0, 0.3)), observation("plasma", 31.9, below=0.05)))
    clearance = [fit(p, draws=2000).estimates[0].posterior[1] for p in (above, both)]
    assert clearance[1] > 1.1 * clearance[0]


def test_estimates_are_the_same_under_one_seed_and_nearly_under_another(ann):
    again, other = fit(ann.person, draws=3000), fit(ann.person, draws=3000, seed=5)
    np.testing.assert_array_equal(again.draws.log_weights, ann.draws.log_weights)
    np.testing.assert_allclose(other.draws.mean, ann.draws.mean, atol=0.15)


def test_the_draws_are_a_cohort(ann):
    cohort = ann.patients(300)
    assert isinstance(cohort, Patients)
    course = simulate(cohort, TABLETS, 32.0, quantities=("plasma",))
    low, high = np.quantile(course.at("plasma", 26.0), (0.05, 0.95))
    expected = ann.draws.quantile(ann.draws.latent[:, 0], 0.05, 0.95)
    np.testing.assert_allclose((low, high), expected, rtol=0.08)
    outside = virtual_patients(300, PATIENT).parameters["heart_rate"].std()
    assert cohort.parameters["heart_rate"].std() == pytest.approx(outside, rel=0.2)  # what is not learnt still varies


def test_data_that_contradict_the_model_are_told():
    odd = fit(Person("", PATIENT, parse(TABLETS), levels((26.0, 3.0), (31.9, 0.1))), draws=500)
    usual = fit(Person("", PATIENT, parse(TABLETS), levels((26.0, 0.2), (31.9, 0.08))), draws=500)
    assert odd.conflict.overall < 0.01 < 0.2 < usual.conflict.overall
    assert any("data against the model" in str(c) for c in odd.cautions)
    assert not any("data against the model" in str(c) for c in usual.cautions)
    assert not any("is the unit right" in str(c) for c in odd.cautions)  # far off, but not by a thousand


def test_a_level_in_a_unit_a_thousand_times_off_is_told_as_such():
    odd = fit(
        Person(
            "",
            PATIENT,
            parse(TABLETS),
            levels(
                (26.0, 0.2e-3),
            ),
        ),
        draws=500,
    )
    assert any("A thousand times as much would be usual" in str(c) for c in odd.cautions)


def test_p_values_are_uniform_where_the_model_holds():
    made, _ = persons(60, (("plasma", 74.0), ("plasma", 79.9), ("ashworth", 96.0)), seed=8)
    overall = [conflict_of(prepared(person), n=150, seed=i).overall for i, person in enumerate(made)]
    assert kstest(overall, "uniform").pvalue > 0.01


def test_estimates_of_known_persons_are_unbiased_and_covered():
    made, truth = persons(40, LEVELS, seed=2)
    inside, ratio = [], []
    for i, person in enumerate(made):
        found = fit(person, draws=500, seed=i)
        for estimate in found.estimates:
            value = at_deviate(estimate.parameter, truth[estimate.parameter.name][i : i + 1])[0]
            inside.append(estimate.posterior[0] <= value <= estimate.posterior[2])
        true = patients_at({name: z[i : i + 1] for name, z in truth.items()}, 1, PATIENT)
        ratio.append(np.log(apparent_clearance(found.most_probable) / apparent_clearance(true)))
    assert 0.85 <= np.mean(inside) <= 0.95
    assert abs(np.mean(ratio)) < 0.05


def apparent_clearance(group):
    p = group.parameters
    return float(((p["renal_clearance"] + p["nonrenal_clearance"]) / p["bioavailability"])[0])


def test_a_population_is_found_again():
    made, truth = persons(14, seed=6)
    found = fit_population(made, parameters=("renal_per_creatinine", "absorption_rate"), draws=200, rounds=2)
    i = found.names.index("renal_per_creatinine")
    error = np.sqrt(found.covariance[i, i])
    assert abs(found.mean[i] - truth["renal_per_creatinine"].mean()) < 3.0 * error + 0.3
    assert 0.6 < found.sd[i] < 1.4
    assert 0.8 < found.scatter < 1.25
    assert len(found.individuals) == 14
    assert [t.published for t in found.typical] == [parameters()[name].value for name in found.names]


def test_a_population_needs_more_than_one_person(ann):
    with pytest.raises(InputError, match="at least two persons"):
        fit_population([ann.person])


def test_a_forecast_without_change_is_the_therapy_going_on(ann):
    found = forecast(ann, "2 days", change=TABLETS)
    assert found.change is not None
    assert found.changed == pytest.approx(40.0)
    for name in ("plasma", "ashworth"):
        np.testing.assert_allclose(found.change[name], found.unchanged[name], rtol=1e-6, atol=1e-9)


def test_a_lower_dose_lowers_the_level_and_raises_the_tone(ann):
    found = forecast(ann, "5 days", change="5 mg by mouth every 8 h")
    assert found.change is not None
    before, after = (course["plasma"][:, -48:].mean(axis=1) for course in (found.unchanged, found.change))
    np.testing.assert_allclose(after, before / 2.0, rtol=0.05)
    assert (found.change["ashworth"][:, -1] > found.unchanged["ashworth"][:, -1]).all()


def test_stopping_carries_its_warning(ann):
    found = forecast(ann, "2 days", change="stop")
    assert any("withdrawal can be fatal" in str(c) for c in found.cautions)


def test_doses_left_to_chance_are_refused():
    therapy = parse("10 mg every 8 h, missing 10 % of doses at random")
    with pytest.raises(InputError, match="doses that are known"):
        fit(Person("", PATIENT, therapy, levels((26.0, 0.3))))


def test_parameters_that_do_not_differ_are_refused(ann):
    with pytest.raises(InputError, match="spinal_slope"):
        fit(ann.person, parameters=("spinal_slope",))


def test_groups_are_labelled_as_arviz_reads_them(ann):
    found = groups(ann, draws=200)
    assert found["posterior"].sizes == {"chain": 1, "draw": 200}
    assert dict(found["log_likelihood"].sizes) == {"chain": 1, "draw": 200, "observation": 3}
    assert found["posterior"]["central_volume"].attrs["units"] == "mL"
    assert set(tree(ann, draws=50).children) == set(found)
