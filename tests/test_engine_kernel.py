"""The cache of compiled kernels: never stale, shared by processes."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import numpy as np
import pytest

from baclosim.engine.inputs import prepare
from baclosim.engine.kernel import write_kernel
from baclosim.engine.march import march
from baclosim.engine.network import Network, Part
from small_model import EFFECTS, parameters, system

PROGRAM = """
import sys, time
sys.path[:0] = [{folder!r}, {tests!r}]
import numpy as np
from edited import effect
from small_model import BODY, parameters, system
from baclosim.engine.inputs import prepare
from baclosim.engine.kernel import is_compiled
from baclosim.engine.march import march
from baclosim.engine.network import Network, Part
network = Network((Part((effect,)),), drives=("brain_fast",))
print(int(is_compiled(network)))
p = parameters(1)
dose = (np.zeros(1), np.array(["vein"]), np.array([1e4]), np.zeros(1))
inputs = prepare(*dose, channels=BODY.channels, lag={{}}, patients=1)
print(march([(0.0, system(p))], inputs, network, p, until=4.0, record=("effect",)).values["effect"][0, -1])
"""


def run_program(folder, factor):
    (folder / "edited.py").write_text(f"def effect(brain_fast):\n    return {factor} * brain_fast\n", encoding="utf-8")
    program = textwrap.dedent(PROGRAM.format(folder=str(folder), tests=str(__file__).rsplit("/", 1)[0]))
    # Python's own bytecode cache tells files apart by the second, so it is left out here
    environment = {
        "BACLOSIM_CACHE": str(folder / "cache"),
        "PATH": "",
        "HOME": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=True)
    compiled, value = done.stdout.split()
    return bool(int(compiled)), float(value)


def test_an_edited_equation_is_compiled_anew_and_a_second_process_finds_the_cache(tmp_path):
    fresh, once = run_program(tmp_path, 1.0)
    again, same = run_program(tmp_path, 1.0)
    edited, triple = run_program(tmp_path, 3.0)
    assert (fresh, again, edited) == (False, True, False)
    assert same == once
    assert triple == pytest.approx(3.0 * once, rel=1e-15)


def double_response(response):
    return 2.0 * response


def test_adding_an_effect_adds_its_quantity_and_leaves_the_others_alone():
    from small_model import BODY, response

    more = Network((Part((response, double_response)), *()), drives=EFFECTS.drives)
    assert "tolerance" in more.parameters
    p = {**parameters(1), "tolerance": np.ones(1)}
    inputs = prepare(
        np.zeros(1),
        np.array(["vein"]),
        np.array([1e4]),
        np.zeros(1),
        channels=BODY.channels,
        lag={},
        patients=1,
    )
    values = march([(0.0, system(p))], inputs, more, p, until=8.0, record=("response", "double_response")).values
    np.testing.assert_allclose(values["double_response"], 2.0 * values["response"], rtol=1e-15)
    assert values["response"].max() > 0.1


def test_the_kernel_calls_equations_and_holds_no_numbers_of_its_own():
    text = write_kernel(EFFECTS)
    assert "quantity_response(brain_fast, half_effective, tolerance)" in text
    assert "1.7" not in text


NUMBALESS = """
import sys, hashlib
import numpy as np
from baclosim.patient import virtual_patients
from baclosim.simulate import simulate
if sys.argv[1] == "by numba":
    import baclosim.engine.kept
    baclosim.engine.kept.loaded = lambda file: None
course = simulate(virtual_patients(3), "10 mg by mouth every 8 h", "1 day", quantities=("plasma", "ashworth"))
values = b"".join(np.ascontiguousarray(course[name]).tobytes() for name in course)
print("numba" in sys.modules, hashlib.sha256(values).hexdigest())
"""


def test_a_run_whose_machine_code_is_kept_needs_no_numba_and_has_the_bits_of_one_by_numba():
    program = [sys.executable, "-c", NUMBALESS]
    ways = ["kept", "kept", "by numba"]  # the first compiles where nothing is kept yet
    told = [subprocess.run([*program, way], capture_output=True, text=True, check=True).stdout.split() for way in ways]
    assert [each[0] for each in told[1:]] == ["False", "True"]
    assert len({each[1] for each in told}) == 1
