"""The workbench: one server on one port, a page for people and the REST interface behind it.

server      the application and how it is started; `later` makes the interface when something first asks for it
guard       who may speak to it, how much and how fast;  limits: the most that one request may ask for
study       what a page holds: a patient and up to four therapies, its address, undo and redo
bench       the state behind one open page;  live: its curves, quickly;  estimates: a person found, kept as a file
dosetable   a regimen as rows of a table, and daystrip a flex program as 24 bars; and back
charts      curves as options of ECharts
work        plans, estimates, studies, exports: asked for in words, made beside the server
api         routes of the interface, one file each
page        tabs, one file each;  sections: what the larger tabs are made of;  elements: what all are made of
"""
