"""Charts of the page as options of ECharts: plain arrays in, dictionaries out.

curves   panels over time, as in the reports      spine    the canal as a moving picture
volume   the reservoir of a pump                  loop     a closed loop: dose, tone, drowsiness
parts    colours, axes and numbers of them all    hover    what they say where the pointer is
"""
