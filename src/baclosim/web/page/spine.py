"""The tab of the spine: the canal from the neck down, coloured by concentration, playing over time."""

from __future__ import annotations

from nicegui import ui

from ...errors import BaclosimError
from ...outcome import Outcome
from ...outcome.running import run_scenario
from ...report.canal import canal_of
from ..bench import Bench
from ..charts.spine import spine_options
from ..elements.parts import plain, redraw, soon
from ..live import Latest, Stale
from ..study import Study


def panel(bench: Bench) -> None:
    """Build the tab."""
    with ui.element("div").classes("sheet"):
        plain("Along the spinal canal", "h2")
        words = plain("", "p", "muted")
        chart = ui.echart({"series": []}).style("width:100%;height:640px")
        chart.props('role="img" aria-label="Concentration along the canal over time"')
    requests = Latest()

    async def compute() -> None:
        study = bench.study
        number = min(bench.chosen, len(study.therapies) - 1)
        chart.set_visibility(False)
        words.text = "Simulating…"
        try:
            outcome = await requests.run(typical_course, study, number)
        except Stale:
            return
        except BaclosimError as error:
            words.text = str(error)
            return
        if not outcome.scenario.therapy.enters_canal:
            words.text = (
                "Nothing is given into the spinal fluid. Add a pump, or an injection into the spinal fluid, to see how "
                "the drug spreads along the canal."
            )
            return
        words.text = "Spinal fluid of the typical patient, when it holds most. Press play, or drag the handle below."
        chart.set_visibility(True)
        redraw(chart, spine_options(outcome.typical, canal_of(outcome), bench.look))

    def told(_: object) -> None:
        soon(compute)

    bench.listeners.append(told)
    soon(compute)


def typical_course(study: Study, number: int) -> Outcome:
    """The outcome with as few patients as will do: only the typical one is shown."""
    return run_scenario(study.scenario(number, patients=1), shown=("csf_lumbar",), draws=1)
