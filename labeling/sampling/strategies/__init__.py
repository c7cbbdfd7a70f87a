"""One strategy a file; its name is the file's."""
