"""What a page's button or a command does, end to end: the one layer that knows pipeline, routing and lake together."""
