"""The trimap has the three values every matting tool knows."""

import io

import numpy as np
from PIL import Image

from pipeline.deliver.trimap_png import WRITER


def test_backdrop_unknown_and_subject_are_0_128_and_255():
    trimap = np.array([[0, 0.5, 1], [1, 0.5, 0]], np.float32)
    data = WRITER.run(trimap=trimap, params=WRITER.params())["trimap.png"]
    assert np.array(Image.open(io.BytesIO(data))).tolist() == [[0, 128, 255], [255, 128, 0]]
