"""What is prescribed: plain words, tablets, gel, pump programs; all of it ends as `Doses`.

language     plain words to a regimen         steps, regimen, timeline   a regimen as data, checked, laid out in time
policies     what is decided at visits        speech, notes              back into words; what a reader must know
intrathecal  what a pump is told to do        given, doses               what is taken, and when
records      event tables as NONMEM has them  overdose, charcoal, removal  a great dose, and what is done about it
"""
