"""What the larger tabs are made of, one section each.

form, results, bringing, taking   of Simulate: who and how, the curves, files from and for other programs
sums, loop                        of Pump: a nurse's arithmetic; two controllers beside the programmed dose
planforms                         of Plan: what each kind of plan is asked for
casebook                          of Assess: published cases and the vocabulary
afterwards, validation            of Studies: what is asked of a study that was run; of Claims: predicted and observed
"""
