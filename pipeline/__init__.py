"""From a photo to a delivered cutout: steps, checks, engines, specs and the runner."""
