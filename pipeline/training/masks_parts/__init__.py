"""Masks of real photos: outlines set by eye, drawn as masks the same way every time."""
