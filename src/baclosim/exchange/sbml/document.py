"""A document of SBML that grows: each method adds one thing, with its name, unit, notes and references."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

import libsbml

from .units import INTERNAL, parts, unit_id

LEVEL, VERSION = 3, 2
XHTML = "http://www.w3.org/1999/xhtml"
IS, IS_VERSION_OF, PART_OF, DESCRIBED_BY = (
    libsbml.BQB_IS,
    libsbml.BQB_IS_VERSION_OF,
    libsbml.BQB_IS_PART_OF,
    libsbml.BQB_IS_DESCRIBED_BY,
)
TAXON, OCCURS_IN, PROPERTY_OF = libsbml.BQB_HAS_TAXON, libsbml.BQB_OCCURS_IN, libsbml.BQB_IS_PROPERTY_OF
References = Mapping[int, Iterable[str]]


def sid(name: str) -> str:
    """A name as an identifier of SBML."""
    return re.sub(r"\W", "_", name)


class Document:
    """One model, and the units that it uses so far."""

    def __init__(self, name: str, title: str) -> None:
        self.document = libsbml.SBMLDocument(LEVEL, VERSION)
        self.model = self.document.createModel()
        identifier = sid(name)
        self.model.setId(identifier if not identifier[:1].isdigit() else f"_{identifier}")
        self.model.setName(title)
        self.model.setMetaId("meta_model")
        self._units: set[str] = set()
        for what, unit in INTERNAL.items():
            getattr(self.model, f"set{what.capitalize()}Units")(self.unit(unit))
        self._settings = libsbml.L3ParserSettings()

    def unit(self, unit: str) -> str:
        """The identifier of a unit, defined when it is used for the first time."""
        name = unit_id(unit)
        if name != "dimensionless" and name not in self._units:
            self._units.add(name)
            made = self.model.createUnitDefinition()
            made.setId(name)
            made.setName(unit)
            for part in parts(unit):
                factor = made.createUnit()
                factor.setKind(libsbml.UnitKind_forName(part.kind))
                factor.setExponent(part.exponent)
                factor.setScale(part.scale)
                factor.setMultiplier(part.multiplier)
        return name

    def math(self, formula: object) -> Any:
        """A formula as MathML. Raises ValueError where it is none."""
        tree = libsbml.parseL3FormulaWithSettings(str(formula), self._settings)
        if tree is None:
            raise ValueError(f"{libsbml.getLastParseL3Error()} in {formula}")
        return tree

    def function(self, name: str, arguments: Iterable[str], body: object, says: str = "") -> None:
        """A function that formulas call."""
        made = self.model.createFunctionDefinition()
        made.setId(name)
        made.setMath(self.math(f"lambda({', '.join(arguments)}, {body})"))
        describe(made, (says,) if says else ())

    def parameter(
        self, name: str, unit: str, value: float | None = None, *, constant: bool = True, label: str = "",
        notes: Iterable[str] = (), references: References | None = None,
    ) -> None:  # fmt: skip
        """A number with a unit: fixed, or set by a rule or by events."""
        made = self.model.createParameter()
        made.setId(name)
        made.setConstant(constant)
        made.setUnits(self.unit(unit))
        if value is not None:
            made.setValue(value)
        if label:
            made.setName(label)
        describe(made, notes, references)

    def at_start(self, name: str, formula: object) -> None:
        """What something is worth at the start."""
        made = self.model.createInitialAssignment()
        made.setSymbol(name)
        made.setMath(self.math(formula))

    def always(self, name: str, formula: object) -> None:
        """What something is worth at all times."""
        made = self.model.createAssignmentRule()
        made.setVariable(name)
        made.setMath(self.math(formula))

    def changes_at(self, name: str, formula: object) -> None:
        """How fast something changes."""
        made = self.model.createRateRule()
        made.setVariable(name)
        made.setMath(self.math(formula))

    def compartment(self, name: str, label: str, *, notes: Iterable[str] = (), references: References) -> None:
        """A place of three dimensions, 1 mL until something else is said."""
        made = self.model.createCompartment()
        made.setId(name)
        made.setName(label)
        made.setSpatialDimensions(3)
        made.setSize(1.0)
        made.setUnits(self.unit(INTERNAL["volume"]))
        made.setConstant(True)
        describe(made, notes, references)

    def species(self, name: str, compartment: str, label: str, references: References) -> None:
        """An amount of drug, none at the start."""
        made = self.model.createSpecies()
        made.setId(name)
        made.setName(label)
        made.setCompartment(compartment)
        made.setInitialAmount(0.0)
        made.setSubstanceUnits(self.unit(INTERNAL["substance"]))
        made.setHasOnlySubstanceUnits(True)
        made.setBoundaryCondition(False)
        made.setConstant(False)
        describe(made, (), references)

    def reaction(
        self, name: str, label: str, formula: object, *, source: str = "", target: str, needs: Iterable[str] = ()
    ) -> None:
        """A flow from one species to another, or from outside. `needs` are other species in its formula."""
        made = self.model.createReaction()
        made.setId(name)
        made.setName(label)
        made.setReversible(False)
        for end, species in (("Reactant", source), ("Product", target)):
            if species:
                reference = getattr(made, f"create{end}")()
                reference.setSpecies(species)
                reference.setStoichiometry(1.0)
                reference.setConstant(True)
        for species in needs:
            made.createModifier().setSpecies(species)
        made.createKineticLaw().setMath(self.math(formula))

    def event(self, name: str, label: str, trigger: object, assignments: Mapping[str, object]) -> None:
        """Something that happens when `trigger` becomes true, at the start as well."""
        made = self.model.createEvent()
        made.setId(name)
        made.setName(label)
        made.setUseValuesFromTriggerTime(False)  # two doses at one instant add up
        started = made.createTrigger()
        started.setInitialValue(False)
        started.setPersistent(True)
        started.setMath(self.math(trigger))
        for variable, formula in assignments.items():
            assigned = made.createEventAssignment()
            assigned.setVariable(variable)
            assigned.setMath(self.math(formula))

    def text(self) -> str:
        """The document as XML."""
        return libsbml.writeSBMLToString(self.document)


def describe(element: Any, notes: Iterable[str], references: References | None = None) -> None:
    """Give an element its notes, a paragraph each, and its references: qualifier -> addresses."""
    paragraphs = "".join(f"<p>{escape(note, quote=False)}</p>" for note in notes if note)
    if paragraphs:
        element.setNotes(f'<body xmlns="{XHTML}">{paragraphs}</body>')
    for qualifier, addresses in (references or {}).items():
        found = tuple(dict.fromkeys(addresses))
        if not found:
            continue
        if not element.isSetMetaId():
            element.setMetaId(f"meta_{element.getId()}")
        term = libsbml.CVTerm(libsbml.BIOLOGICAL_QUALIFIER)
        term.setBiologicalQualifierType(qualifier)
        for address in found:
            term.addResource(address)
        element.addCVTerm(term)
