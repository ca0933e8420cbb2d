"""The workbench: one server on one port, a page for people and the REST interface behind it.

server   the application and how it is started      guard     who may speak to it, how much and how fast
study    what a page holds: a patient and up to four therapies, its address, undo and redo
live     curves of a study, quickly                 charts    curves as options of ECharts
jobs     studies that take long                     planning  what the planners can be asked
api      routes, one file each                      page      tabs, one file each
sections    what the larger tabs are made of        elements  what every tab is made of: fields, tables, files, work
"""
