"""Labelled sets with Label Studio: its server, our projects on it, what is pushed, what is pulled, what it is worth.

Knows only `workbench.domain`: records go in and come out, `workbench.jobs` brings them together with the lake.
"""
