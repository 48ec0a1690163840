"""How values add up: by kind, over time, groups and places, in this order.  Methodology §3.

The order of axes is vintage, time inside each place and cell, groups, places, formulas.
"""
