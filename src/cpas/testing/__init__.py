"""Helps for tests, those of users too: strategies for hypothesis, comparisons, the conformance runner."""
