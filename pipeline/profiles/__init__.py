"""Colour profiles (see ATTRIBUTION.md)."""
