"""One command per model: the folder listing is the registry, each file ends with ``TRAINING = Training(...)``."""
