"""What the preparation model learns from, what it learns, and how good that is."""
