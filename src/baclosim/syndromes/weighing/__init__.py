"""How a case is weighed: from findings and exposures to probabilities with intervals.

likelihood, timing   how likely each finding, exposure and time of onset is under each syndrome
course               what the simulator predicts of withdrawal or overdose at that time
classifier           all of it joined by Bayes' rule, for every draw at once
telling              reasons, and what to look for next: both in bits
calibration          how well it knows what it says: published cases, each judged without itself
"""
