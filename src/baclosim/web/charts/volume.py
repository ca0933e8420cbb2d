"""The reservoir of a pump as options of ECharts."""

from __future__ import annotations

from ...figures.display import time_scale
from ...pump.deliver import Delivery
from . import hover
from .parts import Look, Options, base_options, points, time_axis


def volume_options(delivery: Delivery, duration: float, look: Look) -> Options:
    """The reservoir over time: what is in it, and what the pump believes."""
    scale = time_scale(0.0, duration)
    curves = (
        ("in the reservoir", delivery.true_volume, "blue", "solid"),
        ("as the pump computes", delivery.estimated_volume, "vermilion", "dashed"),
    )
    volume: Options = {"type": "value", "name": "mL", "min": 0, "nameTextStyle": {"color": look.ink("muted")}}
    volume |= {"axisLabel": {"color": look.ink("muted")}, "splitLine": {"lineStyle": {"color": look.ink("rule")}}}
    base = base_options(look)
    base["tooltip"] |= hover.course(scale.unit, [hover.line("", name, "mL") for name, *_ in curves])
    return base | {
        "grid": [{"left": 62, "right": 22, "top": 62, "bottom": 48}],
        "legend": {"show": True, "top": 4, "textStyle": {"color": look.ink("ink")}},
        "xAxis": [time_axis(scale, duration, 0, look, is_last=True)],
        "yAxis": [volume],
        "series": [
            {
                "type": "line",
                "name": name,
                "data": points(delivery.time / scale.hours, values),
                "showSymbol": False,
                "lineStyle": {"width": 2, "type": style, "color": look.ink(ink)},
                "itemStyle": {"color": look.ink(ink)},
            }
            for name, values, ink, style in curves
        ],
    }
