"""Numerics: equations, modes, lanes, the march, and exact dose records; nothing here knows baclofen."""
