"""Numerics: modes and propagators of linear systems, dose records, populations in lanes; nothing here knows baclofen."""
