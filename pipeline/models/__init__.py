"""Weights with their cards, and what reads, checks and replaces them."""
