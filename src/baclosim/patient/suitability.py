"""For whom a route is advised against: what labels caution about, told beside the result."""

from __future__ import annotations

from collections.abc import Collection

from ..cautions import Caution

UK_LABEL = ("regulatory.cautions.uk",)
BY_MOUTH = {
    "stroke": "the label lists stroke among the conditions in which tablets may do harm or need caution; "
    "intrathecal treatment of severe cerebral spasticity is another matter",
    "Parkinson's disease": "the label lists Parkinson's disease among the conditions that tablets may worsen",
}


def cautions_for_routes(condition: str, routes: Collection[str]) -> tuple[Caution, ...]:
    """Cautions for a condition and the channels by which drug is given."""
    if "mouth" in routes and condition in BY_MOUTH:
        return (Caution("condition", f"{condition}: {BY_MOUTH[condition]}.", UK_LABEL),)
    return ()
