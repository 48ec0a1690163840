"""Pure functions on numbers and arrays: one published rule each, with its formula and its source.

Floats go in and come out, NaN is missing and stays missing, and nothing here knows a plan or a table. What a
method compares a value with (a baseline, goalposts, a reference) is given, and never taken from the sample
unless it is asked for by name. Import the module that is needed: importing this package loads nothing.
"""
