"""The confidence map keeps its levels."""

import io

import numpy as np
from PIL import Image

from pipeline.deliver.confidence_png import WRITER


def test_probabilities_come_back_in_256_levels():
    confidence = np.linspace(0, 1, 64 * 50, dtype=np.float32).reshape(64, 50)
    data = WRITER.run(confidence=confidence, params=WRITER.params())["confidence.png"]
    seen = np.array(Image.open(io.BytesIO(data)))
    assert seen.dtype == np.uint8
    assert len(np.unique(seen)) == 256
    assert np.abs(seen / 255 - confidence).max() <= 0.5 / 255 + 1e-6
