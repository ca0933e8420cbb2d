"""A taper for this patient: candidates on step days, the best path, the published rules on the same patients."""
