"""Plans: what to do, computed over virtual patients that resemble this one, with the odds stated.

goals       goals and limits of a course, read from plain words, judged over patients
plan        the noun that every planner returns: steps, odds, comparison, what to do if it goes wrong
safety      the words of warning and of emergency, in one place, each from its facts
advice      what the patient is told for home, in everyday words
record      the same as JSON, with its published schema;  tables: as rows of text and entries of a calendar
people      virtual patients and the typical one, and what is told of them
treatment   what is given now, by mouth or by pump;  tablets: what doses can be made of;  protocol: published pump steps
switch      a treatment that ends and whatever follows;  onset: when signs begin;  equivalence: doses of equal effect

tapering    the search for a taper, and the published rules on the same patients
titrating   how to begin and raise the dose: a prescribing check, then published ways tried on patients
rescuing    after an interruption or an overdose: time left, the ways back, other drugs, what is removed
converting  tablets to pump and back, beside what the sources say
"""
