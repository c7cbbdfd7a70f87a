"""How far labelers agree beyond chance, with intervals."""
