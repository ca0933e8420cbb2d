"""Bundles that are wrong: one message that lists everything, exit code 2, never a traceback; damage of every kind."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from baclosim.cli import app
from baclosim.errors import InputError, TherapyError
from baclosim.exchange.fhir import FhirError, read
from baclosim.exchange.fhir import bundle as bundles
from baclosim.exchange.fhir.amount import UNKNOWN, rate
from baclosim.exchange.fhir.source import examples
from fhir_cases import (
    BACLOFEN,
    PATIENT,
    RXNORM,
    SNOMED,
    TODAY,
    bundle,
    condition,
    dosage,
    imported,
    observation,
    oral,
    quantity,
    refusal,
    request,
    said,
    statement,
)

runner = CliRunner()
INTRATHECAL = {"coding": [{"system": SNOMED, "code": "72607000"}]}


def told(content: bytes) -> str:
    with pytest.raises(FhirError) as caught:
        read(content, "test.json", today=TODAY)
    assert caught.value.exit_code == 2
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "JSON"),
        (b"{", "JSON"),
        (b"[]", "object"),
        (b"nul", "JSON"),
        (b'{"a": NaN}', "NaN"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"<Bundle xmlns='http://hl7.org/fhir'/>", "XML"),
        (b'{"resourceType": "Patient"}\n{"resourceType": "Patient"}', "ndjson"),
        (b'{"resourceType": "Patient", "id": "p"}', "a bare Patient"),
        (b'{"resourceType": "Bundle", "type": "history"}', "collection"),
        (b'{"resourceType": "Bundle", "type": "collection", "entry": {}}', "a list"),
        (b'{"resourceType": "Bundle", "type": "collection", "entry": [{"resource": 3}]}', "resourceType"),
        (b'{"resourceType": "Bundle", "type": "collection"}', "exactly one Patient"),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, "nested"),
        (b'{"resourceType": "Bundle", "type": "collection", "entry": ' + b"[" * 100 + b"]" * 100 + b"}", "nested"),
        (b'{"a": ' + b"9" * 6000 + b"}", "JSON"),
    ],
    ids=lambda one: "" if isinstance(one, bytes) else one,
)
def test_a_file_that_is_no_bundle_is_refused_in_words(content, word):
    assert word in told(content)


def test_a_file_beyond_all_measure_is_not_read(monkeypatch, tmp_path):
    monkeypatch.setattr(bundles, "LARGEST", 1_000_000)
    assert "at most 1 MB" in told(b" " * 1_000_001)
    monkeypatch.setattr(bundles, "MOST_RESOURCES", 10)
    assert "at most 10" in refusal(*[observation("718-7", 13, "g/dL", id=f"o{i}") for i in range(11)])


@pytest.mark.parametrize(
    ("resource", "version"),
    [
        ({**statement(), "taken": "y"}, "STU3"),
        ({**statement(), "medication": {"concept": BACLOFEN}}, "R5"),
        ({"resourceType": "DeviceUsage", "id": "d", "status": "active"}, "R5"),
        ({"resourceType": "MedicationOrder", "id": "d"}, "DSTU2"),
        ({**observation("29463-7", 68, "kg"), "related": []}, "STU3"),
    ],
)
def test_other_versions_of_fhir_are_named(resource, version):
    assert f"This element is of FHIR {version}." in refusal(resource, request())


def test_a_resource_that_is_there_twice_is_refused():
    assert "MedicationRequest/m: '2 times'" in refusal(request(), request(dosage(20)))


def test_everything_that_is_wrong_is_said_at_once():
    wrong = refusal(
        observation("29463-7", 1500, "kg"),
        observation("2160-0", 90, "mg/dL"),
        {**observation("8302-2", 170, "cm"), "valueQuantity": {"value": 170}},
        condition("http://hl7.org/fhir/sid/icd-10", "G35", bogus=1),
        request(dosage(timing={"repeat": {"frequency": 3, "period": 1, "periodUnit": "mo"}})),
        patient={**PATIENT, "birthDate": "2031-01-01"},
    )
    assert wrong.startswith("test.json: 6 problems")
    for word in (
        "o29463-7",
        "umol/L",
        "o8302-2.valueQuantity",
        "cG35.bogus",
        "periodUnit",
        "birthDate",
        "in the future",
    ):
        assert word in wrong


PUMP = {"resourceType": "Device", "id": "d", "deviceName": [{"name": "SynchroMed II 40", "type": "model-name"}]}


def filled(words: str) -> dict[str, Any]:
    """An order of 350 ug a day by a pump, the concentration only in words."""
    rate = {"timing": {"repeat": {"boundsPeriod": {"start": "2026-01-01"}}}, "route": INTRATHECAL}
    flowing = {**rate, "doseAndRate": [{"rateQuantity": quantity(350, "ug/d")}]}
    return request(flowing, medicationCodeableConcept={"text": f"Baclofen intrathecal {words}"})


def test_a_concentration_with_a_comma_is_that_of_the_two_with_which_pumps_are_filled():
    found = imported(PUMP, filled("2,000 mcg/mL"))
    assert found.scenario.therapy.pump.system.program.concentration == 2000.0
    assert "read as '2000 mcg/mL': no pump is filled with '2.000 mcg/mL'" in said(found.notes, "MedicationRequest/m")


def test_a_strength_that_reads_in_two_ways_is_told_where_a_pump_or_a_dose_needs_it():
    for wrong in (
        refusal(PUMP, filled("20,000 mcg/mL")),
        refusal(request(dosage(5, "mL"), medicationCodeableConcept={"text": "Baclofen 20,000 mcg/mL"})),
    ):
        assert "MedicationRequest/m" in wrong
        assert "Write '20000 mcg/mL' or '20.000 mcg/mL'" in wrong


def test_a_strength_that_reads_in_two_ways_loses_no_bundle_where_the_dose_is_a_mass():
    found = imported(request(dosage(10), medicationCodeableConcept={"text": "Baclofen 10,000 mcg tablet"}))
    assert str(found.scenario.therapy.regimens[0]) == oral(request(dosage(10)))
    assert "strength not used, because '10,000 mcg' reads in two ways" in said(found.notes, "MedicationRequest/m")


def test_two_orders_that_overlap_are_refused_and_one_day_in_common_is_not():
    first = request(id="a")
    second = request(dosage(20), id="b", authoredOn="2026-02-01")
    assert "MedicationRequest/a: 'overlaps for ever'" in refusal(first, second)
    ending = request(dosage(timing={"repeat": {"frequency": 3, "period": 1, "periodUnit": "d",
                     "boundsPeriod": {"end": "2026-02-01"}}}), id="a", status="completed")  # fmt: skip
    found = imported(ending, second)
    assert "ends where MedicationRequest/b begins" in said(found.notes, "MedicationRequest/a")


def test_a_status_that_contradicts_the_dates_is_refused():
    over = {"repeat": {"frequency": 1, "period": 8, "periodUnit": "h", "boundsPeriod": {"end": "2026-02-01"}}}
    assert "status completed" in refusal(request(dosage(timing=over)))
    assert "no date says since when" in refusal(statement(status="completed"))


def test_milligrams_into_the_canal_are_taken_for_the_slip_that_they_are():
    rate = {"timing": {"repeat": {"boundsPeriod": {"start": "2026-01-01"}}}, "route": INTRATHECAL}
    strength = {"numerator": quantity(2000, "ug"), "denominator": quantity(1, "mL")}
    fill = {"resourceType": "Medication", "id": "f", "code": BACLOFEN, "ingredient": [
        {"itemCodeableConcept": BACLOFEN, "strength": strength}]}  # fmt: skip

    def order(unit: str) -> dict[str, Any]:
        one = request({**rate, "doseAndRate": [{"rateQuantity": quantity(350, unit)}]},
                      medicationReference={"reference": "Medication/f"})  # fmt: skip
        del one["medicationCodeableConcept"]
        return one

    assert imported(PUMP, fill, order("ug/d")).scenario.therapy.pump is not None
    wrong = refusal(PUMP, fill, order("mg/d"))
    assert "MedicationRequest/m" in wrong
    assert "ug" in wrong.split("350000 ug/day")[1]
    without = imported(order("ug/d"), {**fill, "ingredient": []})
    assert str(without.scenario.therapy) == "350 ug/day intrathecally"
    assert "exactly as ordered" in said(without.notes, "MedicationRequest/m")
    unknown = {**PUMP, "deviceName": [{"name": "Some Pump", "type": "model-name"}]}
    assert "synchromed-ii-40" in refusal(unknown, fill, order("ug/d"))


def test_a_bolus_by_needle_is_no_program_of_a_pump():
    timing = {"event": ["2026-03-02T09:00:00+01:00"], "repeat": {"duration": 10, "durationUnit": "min"}}
    found = imported(request(dosage(50, "ug", timing=timing, route=INTRATHECAL), authoredOn="2026-03-02"))
    assert str(found.scenario.therapy) == "nothing for 1 h, then 50 ug intrathecally over 10 minutes once"


def test_a_bundle_that_is_run_as_a_scenario_is_shown_the_way(tmp_path):
    file = tmp_path / "bundle.json"
    file.write_bytes(bundle(request()))
    told = runner.invoke(app, ["run", str(file), "--json"])
    assert told.exit_code == 2
    assert "baclosim import fhir" in told.stderr


def test_numbers_and_text_of_a_dosage_must_agree():
    assert "text" in refusal(request(dosage(10, text="20 mg three times daily")))
    assert imported(request(dosage(10, text="10 mg tds"))) is not None


def test_code_and_text_of_a_drug_must_agree():
    both = {"coding": [{"system": RXNORM, "code": "1292"}], "text": "diazepam 5 mg"}
    assert "baclofen and diazepam" in refusal(request(medicationCodeableConcept=both))


def test_as_needed_and_ranges_are_no_guess_of_ours():
    assert "asNeeded" in refusal(request(dosage(asNeededBoolean=True)))
    ranged = {"timing": dosage()["timing"], "doseAndRate": [{"doseRange": {"low": quantity(5, "mg")}}]}
    assert "a range" in refusal(request(ranged))


def test_what_may_turn_the_meaning_of_a_resource_is_refused():
    turned = {**request(), "modifierExtension": [{"url": "urn:x", "valueBoolean": True}]}
    assert "modifierExtension" in refusal(turned)


def test_a_route_that_the_model_has_not_is_refused():
    rectal = {"text": "rectal"}
    assert "The rectum does not absorb baclofen." in refusal(request(dosage(route=rectal)))


@pytest.mark.parametrize("name", ["nosuch.json", "."])
def test_the_command_ends_with_2_and_writes_nothing(name, tmp_path):
    target = tmp_path / "s.toml"
    result = runner.invoke(app, ["import", "fhir", name, "-o", str(target)])
    assert (result.exit_code, target.exists()) == (2, False)
    assert "Traceback" not in result.output


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 10**12), st.floats(allow_nan=False), st.text(max_size=8),
    st.just([]), st.just({}), st.sampled_from(["2026-02-30", "2026-01", "-1", "mg", "0", "1e400", "\x00", "T10"]),
    st.builds(lambda x: [x], st.text(max_size=3)), st.builds(lambda x: {"value": x}, st.integers()),
)  # fmt: skip


def places(value: Any, path: tuple = ()) -> list[tuple]:
    """Every place within a value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, inner in items for place in places(inner, (*path, key)))]


EXAMPLES = {name: json.loads(content) for name, content in examples().items()}
PLACES = {name: places(content)[1:] for name, content in EXAMPLES.items()}


def changed(content: Any, changes: list[tuple[tuple, Any, bool]]) -> Any:
    """A copy with other values, or none, at some of its places."""
    found = copy.deepcopy(content)
    for path, value, is_gone in changes:
        inner = found
        try:
            for key in path[:-1]:
                inner = inner[key]
            if is_gone:
                del inner[path[-1]]
            else:
                inner[path[-1]] = value
        except (KeyError, IndexError, TypeError):
            continue
    return found


@given(st.data())
@settings(max_examples=150)
def test_a_damaged_bundle_is_read_or_refused_and_nothing_else(data):
    name = data.draw(st.sampled_from(sorted(EXAMPLES)))
    one = st.tuples(st.sampled_from(PLACES[name]), VALUES, st.booleans())
    content = json.dumps(changed(EXAMPLES[name], data.draw(st.lists(one, min_size=1, max_size=4)))).encode()
    try:
        found = read(content, "damaged", today=TODAY)
    except InputError:
        return
    spoken_of = {line.resource for lines in (found.used, found.left, found.notes) for line in lines}
    assert len(spoken_of) > 10


@given(st.binary(max_size=200))
@settings(max_examples=50)
def test_bytes_are_refused(content):
    assert told(content)


@given(
    st.recursive(
        VALUES, lambda inner: st.dictionaries(st.sampled_from(["entry", "resource", "type", "id"]), inner), max_leaves=8
    )
)
@settings(max_examples=50)
def test_json_is_refused(value):
    assert told(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": [value]}).encode())


def test_a_bundle_made_by_hand_is_still_read():
    assert read(bundle(request()), "hand", today=TODAY).scenario is not None


def test_a_unit_in_words_that_its_code_contradicts_is_refused_and_synonyms_are_not():
    weight = observation("29463-7", 154.0, "[lb_av]")
    weight["valueQuantity"]["unit"] = "kg"
    assert "one unit: its code is [lb_av], its unit kg" in refusal(weight)
    weight["valueQuantity"]["unit"] = "lb"
    assert imported(weight, request(dosage())).scenario.patient.covariates.weight == pytest.approx(69.85, abs=0.01)


def test_a_dose_whose_unit_its_code_contradicts_is_refused():
    one = request(dosage(10, "mg"))
    given = one["dosageInstruction"][0]["doseAndRate"][0]["doseQuantity"]
    given["unit"] = "ug"
    assert "one unit: its code is mg" in refusal(one)


def test_a_rate_whose_unit_its_code_contradicts_is_refused():
    given = {"value": 350, "unit": "mg/d", "code": "ug/d"}
    with pytest.raises(TherapyError, match="one unit: its code is ug/d"):
        rate({"rateQuantity": given}, UNKNOWN)
    assert rate({"rateQuantity": {**given, "unit": "mcg/day"}}, UNKNOWN) == pytest.approx(350 / 24)
