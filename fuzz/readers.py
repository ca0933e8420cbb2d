"""Everything in baclosim that reads what people write, each as a function of one text, with texts to begin from.

A reader may return, or raise InputError with a message. Anything else is a find: another exception, a message that
is empty or endless, a text that takes longer than a second, memory that grows.
"""

from __future__ import annotations

import base64
import tempfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from baclosim.errors import InputError
from baclosim.units import INTERNAL

LONGEST_MESSAGE = 200_000  # letters; a file of a megabyte may have some hundred faults


@dataclass(frozen=True)
class Reader:
    """A reader under test: what it does with one text, texts that it understands, and words that it knows."""

    name: str
    read: Callable[[str], object]
    seeds: Callable[[], list[str]]
    words: tuple[str, ...] = ()


def tried(reader: Reader, text: str) -> bool:
    """Whether the reader accepts the text. Raises what is a find, AssertionError for a bad message."""
    try:
        reader.read(text)
    except InputError as error:
        message = str(error).strip()
        assert message, "an error without a message"
        assert len(message) < LONGEST_MESSAGE, f"a message of {len(message)} letters"
        return False
    return True


# --- what each does with a text ----------------------------------------------------------------------------------


def scenario(text: str) -> object:
    """A scenario file."""
    from baclosim.scenario import loads

    return loads(text)


def study(text: str) -> object:
    """A study of a cohort."""
    from baclosim.cohort.reading import study_of

    return study_of(text)


def dosing(text: str) -> object:
    """The dosing language: what was understood, said again, is understood as the same."""
    from baclosim.therapy.policies.reading import prescription

    understood = prescription(text)
    again = prescription(str(understood))
    assert str(again) == str(understood), f"{understood} is read back as {again}"
    return understood


def companion(text: str) -> object:
    """A drug taken alongside."""
    from baclosim.therapy.alongside import alongside

    return alongside(text)


def quantity(text: str) -> object:
    """A number with its unit, as every kind of quantity; it is refused by all only when it is none of them."""
    from baclosim.units import read

    found, refused = {}, None
    for kind in INTERNAL:
        try:
            found[kind] = read(text, kind)
        except InputError as error:
            refused = error
    if refused and not found:
        raise refused
    return found


def case(text: str) -> object:
    """A case file."""
    from baclosim.syndromes import loads_case

    return loads_case(text)


def findings(text: str) -> object:
    """A case told in plain English."""
    from baclosim.syndromes import case_from_options

    return case_from_options(text=text)


def onset(text: str) -> object:
    """When the signs of a case began."""
    from baclosim.syndromes import case_from_options

    return case_from_options(onset=text)


def question(text: str) -> object:
    """A question in plain English, answered without running the model."""
    from baclosim.ask import ask

    return ask(text, compute=False)


def evidence(text: str) -> object:
    """A file of facts."""
    from baclosim.evidence.library import read_folder

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "facts.toml").write_text(text, encoding="utf-8")
        return read_folder(folder)


def dose_records(text: str) -> object:
    """A table of dose records."""
    from baclosim.therapy.records.events import read_records

    return read_records(
        as_file(text), compartments=("depot", "central"), default_dose=1, model_parameters=("CL", "V", "KA", "F1")
    )


def levels(text: str) -> object:
    """A table of levels, scores and a diary, to fit a patient to."""
    from baclosim.individualise import read_persons
    from baclosim.individualise.rows import has_doses

    path = as_file(text)
    return read_persons(path, therapy=None if has_doses(path) else "10 mg every 8 h")


def hospital(text: str) -> object:
    """A FHIR bundle."""
    import datetime as dt

    from baclosim.exchange.fhir import read

    return read(text.encode(errors="replace"), "bundle.json", today=dt.date(2026, 1, 5))


def address(text: str) -> object:
    """The address of a shared workbench: one that someone made up, and one that holds made-up content."""
    from baclosim.web.study import from_address

    packed = base64.urlsafe_b64encode(zlib.compress(text.encode())).decode().rstrip("=")
    for word in (text, packed):
        try:
            study = from_address(word)
        except InputError as error:
            refused = error
        else:
            return study.scenarios()
    raise refused


def as_file(text: str) -> str:
    """The path of a file that holds the text; it lasts as long as the process."""
    path = Path(_folder.name) / "data.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
    return str(path)


_folder = tempfile.TemporaryDirectory()


# --- what each understands ---------------------------------------------------------------------------------------

SENTENCES = [
    "5 mg every 8 h for 3 days, then 10 mg every 8 h for 3 days, then 20 mg every 8 h",
    "20 mg four times daily, then reduce by 5 mg per dose every week to zero",
    "60 mg/day by mouth in 3 doses, missing 10 % of doses at random",
    "10 mg at 08:00, 10 mg at 14:00 and 20 mg at night for 2 weeks, then nothing",
    "350 ug/day intrathecally, raise by 15 % every 24 h until ashworth below 2 or drowsiness",
    "5 mg three times daily, raise by 5 mg per dose every 3 days until ashworth below 2, at most 80 mg/day",
    "1 mg/h intravenously for 4 h; 1 g of gel 5 % to 100 cm2 of skin twice daily",
    "25 mg mane, 25 mg nocte",
]
CSV_DOSES = [
    "ID,TIME,EVID,AMT,CMT,RATE,II,ADDL,SS,DV,MDV,CL,V,KA,F1\n1,0,1,10,1,0,8,3,0,0,1,5,30,1,1\n1,4,0,0,1,0,0,0,0,0.2,0,5,30,1,1\n",
    "ID TIME DAT2 EVID AMT CL V KA F1\n1 8:30 2026-01-05 1 1D1 5 30 1 1\n1 20:30 2026-01-05 1 1D1 5 30 1 1\n",
    "ID,TIME,AMT,CL,V,KA,F1\n1,0,10,5,30,1,1\n1,8,10,5,30,1,1\n2,0,20,5,30,1,1\n",
]
CSV_LEVELS = [
    "time,what,value,unit\n2 h,plasma,0.21,ug/mL\n6 h,plasma,0.09,ug/mL\n24 h,ashworth,2,\n",
    "time,what,value,unit\n0 h,dose,10,mg\n2 h,plasma,<0.05,ug/mL\n30 h,drowsiness,yes,\n",
    "ID,TIME,EVID,AMT,DV,MDV,DVID\n1,0,1,10,.,1,.\n1,2,0,.,210,0,plasma\n",
]


def bundled(load: str) -> Callable[[], list[str]]:
    """The texts of a folder of bundled files."""

    def texts() -> list[str]:
        from importlib import resources

        folder = resources.files("baclosim") / load
        return [file.read_text(encoding="utf-8") for file in folder.iterdir() if file.name.endswith(".toml")]

    return texts


def cases() -> list[str]:
    """Case files that name every kind of entry."""
    return [
        'text = "pump stopped yesterday, fever 39.6 C, rigid, no clonus"\npresent = ["itch"]\nabsent = ["clonus"]\n'
        'onset = "24 h"\n[values]\ntemperature = "39.6 C"\n[[drugs]]\nname = "sertraline"\n'
        'change = "started"\nago = "2 days"\n'
        '[pump]\nstatus = "interrupted"\nago = "30 h"\n[patient]\nage = "43 years"\nweight = "68 kg"\n',
        'findings = { agitation = "present", hyperreflexia = "absent", mydriasis = "unknown" }\n',
    ]


def told() -> list[str]:
    """Cases in plain English."""
    return [
        "58-year-old woman, fluoxetine 20 mg for years and tramadol since Monday; inducible clonus, sweating, 38.4 C",
        "pump stopped yesterday, fever 39.6 C, rigid, no clonus, CK 12000 U/L",
        "took 30 tablets of baclofen 10 mg two hours ago, comatose, pupils small, breathing 8/min, HR 44, BP 90/50",
    ]


def questions() -> list[str]:
    """Questions as people ask them."""
    return [
        "Do you need to taper baclofen?",
        "How long does baclofen stay in the system when kidneys fail?",
        "Is it safe with alcohol and 20 mg of diazepam?",
        "my pump ran dry and I itch, what now",
    ]


def bundles() -> list[str]:
    """The bundled FHIR bundles."""
    from baclosim.exchange.fhir.source import examples

    return [content.decode() for content in examples().values()]


def addresses() -> list[str]:
    """What shared addresses of bundled examples hold, and one as it is shared."""
    from baclosim.web.study import from_example, to_address

    words = [to_address(from_example(name)) for name in ("oral-titration-ms", "pump-steady-spinal")]
    return [*(zlib.decompress(base64.urlsafe_b64decode(word + "===")).decode() for word in words), words[0]]


COMPANIONS = ["diazepam 5 mg at night", "fluoxetine 20 mg daily", "alcohol 40 g at night"]
QUANTITIES = ["68 kg", "95 mL/min", "0.5 mg/dL", "1,5 ug/mL", "43 years", "2e3 ug/mL", "38.4 °C", "350 ug/day", "10 %"]

READERS = {
    reader.name: reader
    for reader in (
        Reader("scenario", scenario, bundled("examples"), ("[therapy.pump]", "faults", "creatinine_clearance")),
        Reader("study", study, bundled("studies"), ("[[arms]]", "[[endpoints]]", "visits")),
        Reader("dosing", dosing, lambda: SENTENCES, ("intrathecally", "ug/day", "until", "reduce by", "every")),
        Reader(
            "companion",
            companion,
            lambda: COMPANIONS,
        ),
        Reader("quantity", quantity, lambda: QUANTITIES, ("ug/mL", "mL/min", "**", "delta_degC", "nan", "1e308")),
        Reader("case", case, cases, ("[[drugs]]", "present", "unknown")),
        Reader("onset", onset, lambda: ["24 h", "within 24 h", "6 to 12 h", "2-3 days"]),
        Reader("findings", findings, told, ("clonus", "no", "hours ago", "mmHg", "°C")),
        Reader("question", question, questions, ("baclofen", "mg", "pump", "taper")),
        Reader("evidence", evidence, bundled("evidence/facts"), ("[[fact]]", "[[series]]", "seen", "use")),
        Reader("dose records", dose_records, lambda: CSV_DOSES, ("EVID", "ADDL", "SS", ".", "1e300")),
        Reader("levels", levels, lambda: CSV_LEVELS, ("dose", "plasma", "ashworth", "<", "death")),
        Reader("hospital", hospital, bundles, ('"resourceType"', '"dosageInstruction"', "mg", "Bundle", "null")),
        Reader("address", address, addresses, ('"t":[{', '"oral":', "null")),
    )
}
