"""Plans: what to do, computed over virtual patients that resemble this one, with the odds stated.

goals     goals and limits of a course, read from plain words, judged over patients
plan      the noun that every planner returns: steps, odds, comparison, what to do if it goes wrong
safety    the words of warning and of emergency, in one place, each from its facts
record    the same as JSON, with its published schema
taper     the search for a taper
titrate   how to begin and raise the dose: prescribing.py checks, titration.py tries published ways on patients
rescue    after an interruption: interruption.py follows the patients, restart.py weighs the ways back, easing.py ranks
          other drugs, delivered.py tells what a pump really gave, rescue_steps.py says what to do
overdose  after too much: what removal spares, and the withdrawal that can follow; overdose_steps.py
convert   tablets to pump and back: equivalence.py finds equal doses, bolus.py tries the trial dose beside tablets,
          sources.py shows what the sources say, to_pump.py and to_tablets.py write the two plans
switch    a treatment that ends and whatever follows, as rescue, overdose and convert simulate it
people    virtual patients and the typical one, and what is told of them
"""
