"""Photos that look alike share a group, whatever their order; few photos, and those not seen, have none."""

import numpy as np

from workbench.inspection.look_groups import LEAST_PHOTOS, MOST_GROUPS, look_groups


def of_looks(looks: int, each: int, seed: int = 0):
    draw = np.random.default_rng(seed)
    centres = np.linalg.qr(draw.normal(size=(16, 16)))[0][:looks]
    vectors = np.repeat(centres, each, 0) + draw.normal(0, 0.02, (looks * each, 16))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), np.repeat(np.arange(looks), each)


def test_what_looks_alike_is_one_group_named_by_what_most_of_it_is():
    vectors, looks = of_looks(MOST_GROUPS, LEAST_PHOTOS + 1)
    vectors[5] = np.nan
    categories = [None if look == 3 else "sheer" if look == 2 else "apparel" for look in looks]
    names = look_groups(vectors, categories)
    assert names[5] is None
    for look in range(MOST_GROUPS):
        (name,) = {name for name, one in zip(names, looks, strict=True) if one == look and name}
        ending = {2: ", mostly sheer", 3: ""}.get(look, ", mostly apparel")
        assert name.partition(",")[1] + name.partition(",")[2] == ending
    assert len(set(names)) == MOST_GROUPS + 1
    turned = look_groups(vectors[::-1], categories[::-1])[::-1]
    assert len({*zip(names, turned, strict=True)}) == MOST_GROUPS + 1  # the same groups, whatever their order


def test_too_few_photos_make_no_groups_and_copies_count_once():
    vectors, _ = of_looks(2, LEAST_PHOTOS - 1)
    assert look_groups(vectors, [None] * len(vectors)) == [None] * len(vectors)
    copies = np.repeat(vectors, 5, 0)
    assert set(look_groups(copies, [None] * len(copies))) == {None}
