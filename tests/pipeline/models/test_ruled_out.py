"""The table of what contradicts what: complete, and never against a category that fits itself."""

from pipeline.models.ruled_out import FITS, FLAG_FITS, ruled_out
from pipeline.training.prepare_net_parts.photos import FLAGS
from workbench.domain.records import CATEGORIES

SURE = {"apparel": 0.9, "hair_or_fur": 0.8}


def test_every_category_has_its_row_and_fits_itself():
    assert set(FITS) == set(CATEGORIES) and all(name in fits for name, fits in FITS.items())
    assert all(set(fits) <= set(CATEGORIES) for fits in (*FITS.values(), *FLAG_FITS.values()))
    assert set(FLAG_FITS) <= set(FLAGS)


def test_a_sure_category_rules_out_what_does_not_fit():
    words, out = ruled_out(("apparel", 0.95), {}, SURE)
    assert words == "apparel 0.95" and "footwear" in out.split(",") and "sheer" not in out.split(",")


def test_doubt_and_unproved_classes_rule_out_nothing():
    for category, flags in (
        (("apparel", 0.89), {"hair_or_fur": 0.79}),
        (("furniture", 1.0), {"sheer": 1.0}),
        (None, {}),
    ):
        assert ruled_out(category, flags, SURE) == (None, None)


def test_a_sure_flag_rules_out_too_and_a_withheld_one_does_not():
    words, out = ruled_out(None, {"hair_or_fur": 0.9}, SURE)
    assert words == "hair or fur 0.90" and set(out.split(",")) == set(CATEGORIES) - {"hair_beauty", "knit_fur"}
    assert ruled_out(None, {"hair_or_fur": None}, SURE) == (None, None)
