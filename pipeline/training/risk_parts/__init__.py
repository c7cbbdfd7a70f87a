"""What the risk model learns from: what the pipeline said of photos with a known matte, and would they come back."""
