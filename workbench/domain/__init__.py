"""Frozen records and errors that every part of the workbench may import (standard library only)."""
