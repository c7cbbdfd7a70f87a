"""One file per measure that compares a matte with its ground truth, and the interval over a set."""
