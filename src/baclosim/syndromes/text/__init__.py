"""A case in plain English: what was understood is told, what was not is told too, and nothing is assumed.

language             the whole text: findings, drugs, pump, onset, person
clauses, grammar     a text in clauses; the small words that deny, doubt, measure, and tell what happened
history, changes     drugs and the pump: what was started, raised, lowered or stopped, when, how much
quantities           numbers and times       person, kidneys   who the patient is, and what creatinine tells
"""
