"""The figure of the first page and of the README: `python -m building.front`, in `docs`, writes it."""

from __future__ import annotations

from pathlib import Path

import baclosim as bs
from baclosim.figures import draw_course
from baclosim.figures.svg import to_svg

HERE = Path(__file__).parents[1] / "figures"
EXAMPLE = "pump-catheter-disconnection"
SHOWN = ("csf_lumbar", "ashworth", "withdrawal")


def main() -> None:
    """Run the example and draw what a catheter that comes off does to fluid, tone and withdrawal."""
    outcome = bs.run_scenario(bs.load(EXAMPLE))
    figure = draw_course(outcome.patients, SHOWN, known=outcome.uncertainty)
    (HERE / "front.svg").write_text(to_svg(figure, "front"), encoding="utf-8")


if __name__ == "__main__":
    main()
