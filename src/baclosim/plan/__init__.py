"""Plans: what to do, computed over virtual patients that resemble this one, with the odds stated.

goals     goals and limits of a course, read from plain words, judged over patients
plan      the noun that every planner returns: steps, odds, comparison, what to do if it goes wrong
safety    the words of warning and of emergency, in one place, each from its facts
record    the same as JSON, with its published schema
taper     the search for a taper
titrate   how to begin and raise the dose: prescribing.py checks, titration.py tries published ways on patients
"""
