"""From aggregates to scores: basis, progress, roll-up over the results chain.  Methodology §9."""
