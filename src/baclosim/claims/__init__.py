"""The specification, claim by claim, and how the model meets the evidence.

findings   what a check finds, its bound and its verdict        clinic   patients and runs for the checks
drug, body, csf, pump, ...   one small check per claim, by section of `evidence/claims.toml`
running    all checks, in order                                validation   predicted against observed
"""
