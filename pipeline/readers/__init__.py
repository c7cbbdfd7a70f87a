"""One file per photo format: bytes in, pixels out, or a refusal; nothing is guessed and nothing is filled in."""
