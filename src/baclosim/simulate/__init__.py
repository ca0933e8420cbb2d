"""The main path: patients and a therapy in, a trajectory out.

run.py        one march from beginning to end, for a therapy that is fixed beforehand
checking.py   what is asked of a run, read and checked
parts.py      what a run is made of: doses, body, effects, inputs, what is recorded
prepared.py   a group whose body is assembled once, for many courses that go on from one state
repeated.py   the same group again and again under a therapy that changes a little
guided.py     everything that visits need, made ready once
visits.py     march, observe, decide, march on: for a therapy with a policy
observing.py  what is seen at a visit, with the errors of those who look
deciding.py   what a policy makes of it
legs.py       the doses and events between two visits
"""

from .parts import body_for, doses_of, effects_for, inputs_for, recordable
from .run import simulate

__all__ = ["body_for", "doses_of", "effects_for", "inputs_for", "recordable", "simulate"]
