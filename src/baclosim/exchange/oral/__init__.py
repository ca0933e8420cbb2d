"""The oral model for other programs: numbers with their sources, laws and structure as text, a scenario as records.

structure        numbers with spread and source, covariate laws as expressions
dataset          a scenario as dose and observation records
dialect          expressions and comments as NONMEM and mrgsolve write them
nonmem, mrgsolve the two texts
"""
