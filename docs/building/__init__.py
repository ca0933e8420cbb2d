"""How the site is made: pages that are written from the code and the evidence at every build, and their dress.

rst         words as reStructuredText                claims      each claim: code, tests, where it is shown
names       public names, a page by room             dress       formulas as MathML, colours, quoted names as links
evidence    every fact and table, a page by file     write       puts the pages into `docs/reference`, which git ignores
values      parameters and quantities                schemas     what files and `--json` hold
commands    every command with one example           contents    the lists of the first page as navigation
front       the figure of the first page
"""
