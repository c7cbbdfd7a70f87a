"""Skin and what sits on it: where skin is, which spots stand out, and how one is painted over."""
