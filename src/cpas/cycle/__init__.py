"""The verbs, in the order of the CPAS cycle: plan, perform, assess. Each is thin: it composes methods and tables."""
