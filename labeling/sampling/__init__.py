"""What to label next: strategies that choose from what nobody has labelled, one file each in ``strategies``."""
