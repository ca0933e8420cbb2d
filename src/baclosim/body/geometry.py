"""Shape of the spinal canal: 26 vertebral levels from the foramen magnum to the end of the dural sac.

Only proportions are kept here. A patient's canal length and fluid volume are parameters, and every length,
area and position below scales with them, so that a child's canal is an adult's canal made smaller.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import fsum
from typing import Any

from ..errors import Problem, TherapyError, nearest

# Length [cm] and fluid area [mm2] of each level. C1 to L1: anat.canal-by-vertebra.pam50 (csf_area_mm2); L2
# to the end of the sac: anat.lumbar-tail-geometry.assumed.
LEVELS: dict[str, tuple[float, float]] = {
    "C1": (2.3, 246.1),
    "C2": (1.55, 165.8),
    "C3": (1.85, 124.2),
    "C4": (1.85, 115.2),
    "C5": (1.65, 107.2),
    "C6": (1.55, 111.7),
    "C7": (1.7, 124.2),
    "T1": (2.15, 111.6),
    "T2": (2.3, 101.3),
    "T3": (2.3, 96.4),
    "T4": (2.45, 90.2),
    "T5": (2.55, 89.5),
    "T6": (2.55, 92.8),
    "T7": (2.65, 97.2),
    "T8": (2.7, 101.1),
    "T9": (2.65, 99.0),
    "T10": (2.9, 103.0),
    "T11": (3.15, 125.5),
    "T12": (3.15, 173.5),
    "L1": (3.3, 244.4),
    "L2": (3.4, 230.0),
    "L3": (3.5, 240.0),
    "L4": (3.5, 240.0),
    "L5": (3.4, 210.0),
    "S1": (3.0, 160.0),
    "S2": (1.3, 80.0),
}
NAMES: tuple[str, ...] = tuple(LEVELS)
TIP_LEVELS: tuple[str, ...] = NAMES[:-1]  # a catheter does not lie in the last centimetre of the sac

# Regions whose fluid is reported. Lumbar punctures are made at L3/L4. The cord segments L2-S1 lie opposite
# the vertebrae T11-L1 and the segments C5-T1 opposite C4-C7 (anat.cord-segment-positions.pam50).
REGIONS: dict[str, tuple[str, ...]] = {
    "csf_lumbar": ("L3", "L4"),
    "csf_lumbar_cord": ("T11", "T12", "L1"),
    "csf_thoracic": ("T5", "T6", "T7", "T8"),
    "csf_cervical": ("C4", "C5", "C6", "C7"),
}
LUMBOSACRAL: tuple[str, ...] = NAMES[NAMES.index("T12") :]  # the part whose volume follows posture

ADULT_HEIGHT = 170.0  # cm, of an adult whose canal has the typical length
ADULT_WEIGHT = 70.0  # kg


@dataclass(frozen=True)
class Cell:
    """A stretch of canal: its place as fractions of canal length, and its share of the canal's fluid.

    levels        the vertebral levels it belongs to
    top, bottom   depth below the foramen magnum over canal length
    share         of the spinal fluid volume
    lumbosacral   the part of its volume that follows posture
    """

    name: str
    levels: tuple[str, ...]
    top: float
    bottom: float
    share: float
    lumbosacral: float

    @property
    def length(self) -> float:
        """As a fraction of canal length."""
        return self.bottom - self.top


def cells(per_level: int = 1) -> tuple[Cell, ...]:
    """The canal cut into `per_level` equal cells per vertebral level, named csf_01, csf_02, ... downwards."""
    total_length = fsum(length for length, _ in LEVELS.values())  # as sum rounds differently before Python 3.12
    total_volume = fsum(length * area for length, area in LEVELS.values())
    made, top = [], 0.0
    for level, (length, area) in LEVELS.items():
        for _ in range(per_level):
            bottom = top + length / per_level / total_length
            share = length * area / per_level / total_volume
            name = f"csf_{len(made) + 1:02d}"
            made.append(Cell(name, (level,), top, bottom, share, float(level in LUMBOSACRAL)))
            top = bottom
    return tuple(made)


def merged(*lowest: str) -> tuple[Cell, ...]:
    """A coarse canal whose cells end with the vertebral levels named, from the top to the end of the sac."""
    made, rest = [], list(cells())
    for level in lowest:
        end = 1 + next(i for i, cell in enumerate(rest) if level in cell.levels)
        made.append(_joined(rest[:end]))
        rest = rest[end:]
    return tuple(made)


def _joined(parts: list[Cell]) -> Cell:
    levels = tuple(level for cell in parts for level in cell.levels)
    share = fsum(cell.share for cell in parts)
    lumbosacral = fsum(cell.share * cell.lumbosacral for cell in parts) / share
    name = f"csf_{levels[0]}_{levels[-1]}".lower()
    return Cell(name, levels, parts[0].top, parts[-1].bottom, share, lumbosacral)


def relative_depth(level: str) -> float:
    """Depth of a level's middle below the foramen magnum, over canal length; "L3/L4" is the disc between
    two.

    Raises TherapyError for a level that does not exist or where no catheter tip can lie.
    """
    wanted = level.strip().upper().replace("-", "/")
    upper, _, lower = wanted.partition("/")
    known = {cell.levels[0]: cell for cell in cells()}
    if upper not in TIP_LEVELS or (lower and NAMES[NAMES.index(upper) + 1] != lower):
        allowed = "a vertebra from C1 to S1, such as T10"
        raise TherapyError(Problem("catheter tip level", level, allowed, _slip(wanted)))
    return known[upper].bottom if lower else (known[upper].top + known[upper].bottom) / 2.0


def tip_position(level: str, canal_length: Any) -> Any:
    """Depth of a vertebral level below the foramen magnum [cm] in a canal of that length [cm]; scalar or
    (n,).

    Raises TherapyError for a level that does not exist.
    """
    return relative_depth(level) * canal_length


def level_at(depth: float, canal_length: float) -> str:
    """The vertebral level at a depth below the foramen magnum [cm]; beyond either end, the nearest."""
    x = depth / canal_length
    return next((cell.levels[0] for cell in cells() if x < cell.bottom), NAMES[-1])


def _slip(wanted: str) -> str:
    numbered = re.fullmatch(r"([CTLS])(\d+)", wanted)
    if numbered:
        same = [name for name in TIP_LEVELS if name[0] == numbered[1]]
        return f"Only {same[0]} to {same[-1]} exist here; did you mean {same[-1 if int(numbered[2]) else 0]}?"
    return nearest(wanted, TIP_LEVELS)


def canal_length_for(height: Any, adult_canal_length: Any) -> Any:
    """Canal length [cm] in proportion to height [cm]; scalar or (n,).

    Proportion is an assumption: no growth table of the dural sac was found.
    """
    return adult_canal_length * height / ADULT_HEIGHT


def spinal_csf_volume_for(weight: Any, age: Any, adult_volume: Any) -> Any:
    """Spinal fluid volume [mL] from weight [kg] and age [years], joined smoothly to the adult value; (n,).

    Children hold more lumbosacral fluid per kilogram: 0.85 mL/kg in infants, 0.71 at school age and 0.54 in
    adolescents (anat.lumbosacral-csf-children.jang-2019); the whole canal is taken to follow its
    lumbosacral part. Adults keep the adult volume whatever they weigh: if anything their fluid falls with
    weight (anat.lumbosacral-csf-volume.sullivan-2006).
    """
    per_kilogram = adult_volume / ADULT_WEIGHT * (1.0 + 0.7 * _declining(age, 12.0, 2.5))
    child = per_kilogram * weight
    grown = 1.0 - _declining(age, 15.0, 1.0)
    return grown * adult_volume + (1.0 - grown) * child


def _declining(age: Any, middle: float, width: float) -> Any:
    return 1.0 / (1.0 + 2.718281828459045 ** ((age - middle) / width))
