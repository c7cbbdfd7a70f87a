"""Frozen sets of labels: numbered, never changed, split by source, with a card."""
