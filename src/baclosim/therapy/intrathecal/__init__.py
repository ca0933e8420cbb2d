"""Pump programs: what a pump is told to do, read from a scenario and checked. `pump` carries it out."""
