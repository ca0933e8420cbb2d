"""The commands that plan: `baclosim titrate`, `taper`, `rescue` and `convert`.

asking    what every one of them is told: whom the plan is for, how it is tried, where it goes
telling   how they speak: the plan on the terminal, as JSON, and as a folder of files
"""
