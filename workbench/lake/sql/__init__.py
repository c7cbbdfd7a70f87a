"""The queries of the lake, one per file; a package so that they are shipped."""
