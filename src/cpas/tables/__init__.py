"""Checked columns bound to their plan: observations, delivery, aggregates, scores, an assessment."""
