"""Where the drug goes: a linear system of compartments, joined by transfers that lose nothing."""
