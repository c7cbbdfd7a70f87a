"""Ways to ask an engine for a cutout: one file each, chosen and set up by a TOML file of the workspace."""
