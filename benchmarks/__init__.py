"""How fast `cpas` is beside its peers: ``python -m benchmarks``, not part of the tests.

Every contender does the same work on the same seeded data and must give the same numbers before a time counts. Each
runs in a process of its own, all in turn, round after round, so that whatever else the machine does hits all alike.
"""
