"""A mask goes to Label Studio's brush and back without the loss of a single value."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from labeling.brush_mask import decode_mask, encode_mask
from workbench.domain.errors import LabelingError

# made once by `encode_rle` of label-studio-sdk 2.1.2 from alpha [[0, 255, 255], [0, 128, 7]] beside colours that change
FROM_SDK = [
    0,
    0,
    0,
    24,
    57,
    27,
    248,
    0,
    32,
    1,
    0,
    6,
    0,
    4,
    65,
    32,
    127,
    128,
    8,
    0,
    40,
    0,
    192,
    127,
    194,
    14,
    0,
    64,
    0,
    0,
    0,
    194,
    4,
    4,
    4,
    32,
    0,
    4,
    128,
    14,
]


@given(arrays(np.uint8, st.tuples(st.integers(1, 20), st.integers(1, 20))))
def test_every_mask_comes_back(mask):
    assert (decode_mask(encode_mask(mask), height=mask.shape[0], width=mask.shape[1]) == mask).all()


def test_a_large_mask_with_long_runs_comes_back():
    y, x = np.mgrid[:1500, :1700]
    mask = np.clip(400 - np.hypot(y - 700, x - 800), 0, 1) * 255
    mask = mask.astype(np.uint8)
    rle = encode_mask(mask)
    assert len(rle) < mask.size / 50
    assert (decode_mask(rle, height=1500, width=1700) == mask).all()


def test_codes_of_label_studios_own_kind_are_read():
    """Runs and literals mixed, as its editor writes them."""
    mask = decode_mask(FROM_SDK, height=2, width=3)
    assert mask.tolist() == [[0, 255, 255], [0, 128, 7]]


def test_a_mask_of_another_size_or_cut_short_is_refused():
    rle = encode_mask(np.eye(8, dtype=np.uint8) * 255)
    with pytest.raises(LabelingError, match="a mask of 64 pixels; allowed: 9 x 8 = 72"):
        decode_mask(rle, height=8, width=9)
    with pytest.raises(LabelingError, match="cut short"):
        decode_mask(rle[:-3], height=8, width=8)
    with pytest.raises(LabelingError, match="without content"):
        decode_mask([], height=8, width=8)
