"""What is bought: prices, terms, and the statistics of a pilot. Adapters that return pixels are engines."""
