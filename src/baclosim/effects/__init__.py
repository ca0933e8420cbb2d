"""What the drug does: small equations wired by the names of their arguments, driven by the body's effect sites."""
