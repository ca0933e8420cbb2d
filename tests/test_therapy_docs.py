"""The page on the dosing language: every sentence on it is read, or refused where it says so."""

import re
from pathlib import Path

import pytest

from baclosim.errors import TherapyError
from baclosim.therapy.language import parse

PAGE = (Path(__file__).parents[1] / "docs" / "therapy-language.md").read_text(encoding="utf-8")


def lines(kind):
    boxes = re.findall(rf"```{kind}\n(.*?)```", PAGE, flags=re.DOTALL)
    return [line for box in boxes for line in box.splitlines()]


@pytest.mark.parametrize("text", lines("regimen"))
def test_a_sentence_on_the_page_is_read(text):
    regimen = parse(text)
    assert parse(str(regimen)) == regimen
    assert len(regimen.doses(24.0 * 70, weight=70.0)) > 0


@pytest.mark.parametrize("text", lines("refused"))
def test_a_sentence_on_the_page_is_refused(text):
    with pytest.raises(TherapyError):
        parse(text)


def test_the_python_on_the_page_runs():
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    names: dict[str, object] = {}
    exec(code, names)
    assert str(names["regimen"]) == "10 mg by mouth three times daily"
