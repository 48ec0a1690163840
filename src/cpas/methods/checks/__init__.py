"""What a reviewer would ask of a plan: small rules, each with its code, its reason and how to mend it.

A rule reads a plan and yields remarks; it changes nothing, and refuses nothing. What contradicts itself never becomes
a plan (:mod:`cpas.model.consistency`); what is only unwise is here. Each module holds one theme: its codes, then the
rules that emit them. :mod:`~cpas.methods.checks.registry` has all of them.
"""
