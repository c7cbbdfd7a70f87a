"""A file of rates is checked to the line, and dated prices hold from their day on."""

from datetime import date

import pytest

from workbench.operations.rates import SHIPPED, RatesError, load_rates
from workbench.operations.read_rates import parse_rates

TEXT = SHIPPED.read_text(encoding="utf-8")
VENDOR = """
[[vendors]]
engine = "bought"
{price}
valid_from = 2026-01-01
source = "price list"
"""


def line_with(text, words):
    return next(n for n, line in enumerate(text.splitlines(), start=1) if words in line)


def test_the_shipped_rates_name_a_source_for_everything():
    rates = load_rates()
    assert rates.currency == "EUR" and rates.file == "shipped rates" and len(rates.hash) == 64
    assert all(one.source for one in (*rates.wages, *rates.verdicts, *rates.compute, *rates.escapes))
    assert rates.targets.rework_rate == 0.08
    assert rates.working_hours.parameters()["work_days"] == (0, 1, 2, 3, 4)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("per_hour = 32.00", "per_hour = -32.00", "per_hour is -32.0; allowed: a number from 0"),
        ("per_hour = 32.00", "per_hour = nan", "per_hour is nan"),
        ("per_hour = 32.00", "per_hour = inf", "per_hour is inf"),
        ("per_hour = 32.00", 'per_hour = "32"', "per_hour is '32'"),
        ("per_hour = 32.00", "per_hour = true", "per_hour is True"),
        ("per_hour = 32.00", "per_our = 32.00", "unknown key 'per_our'; allowed: role, per_hour"),
        ('role = "retoucher"\nper_hour', 'role = "retuocher"\nper_hour', "did you mean 'retoucher'?"),
        ("per_core_second = 0.000014", "per_core_second = -1", "per_core_second is -1"),
        ("per_image = 15.00", "per_image = -0.01", "per_image is -0.01"),
        ("seconds = 75", "seconds = 90000", "seconds is 90000; allowed: seconds from 0 to 86,400"),
        ('lane = "check"', 'lane = "chekc"', "did you mean 'check'?"),
        ("rework_rate = 0.08 ", "rework_rate = 1.2 ", "rework_rate is 1.2; allowed: a share from 0 to 1"),
        ('time_zone = "Europe/Berlin"', 'time_zone = "Europe/Berln"', "did you mean 'Europe/Berlin'?"),
        ("end = 18:00:00", "end = 08:00:00", "ends at 08:00:00, begins at 09:00:00"),
        ('"thu"', '"thur"', "did you mean 'thu'?"),
        ('currency = "EUR"', 'currency = "€"', "three capitals"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(old, new, said):
    assert old in TEXT
    text = TEXT.replace(old, new, 1)
    with pytest.raises(RatesError) as caught:
        parse_rates(text, file="mine.toml")
    assert said in str(caught.value)
    assert caught.value.where == f"mine.toml:{line_with(text, new.splitlines()[-1])}" or "role" in new


@pytest.mark.parametrize(
    ("price", "said"),
    [
        ("tiers = [{ from = 1, to = 10, per_image = 1.0 }, { from = 8, per_image = 0.5 }]", "overlaps the step before"),
        ("tiers = [{ from = 1, to = 10, per_image = 1.0 }, { from = 12, per_image = 0.5 }]", "from = 11"),
        ("tiers = [{ from = 1, per_image = 1.0 }, { from = 11, per_image = 0.5 }]", "after one without an end"),
        ("tiers = [{ from = 1, to = 10, per_image = 1.0 }]", "nothing is said about image 11"),
        ("tiers = [{ from = 1, per_image = -1.0 }]", "per_image of step 1 is -1.0"),
        ("tiers = [{ from = 1, per_image = nan }]", "per_image of step 1 is nan"),
        ("per_image = 0.1\ntiers = [{ from = 1, per_image = 1.0 }]", "one of the two"),
        ("per_seat = 10.0", "both or neither"),
        ("seats = 2", "has no price"),
        ("per_minute = -0.1", "per_minute is -0.1"),
    ],
)
def test_prices_of_vendors_are_checked(price, said):
    with pytest.raises(RatesError) as caught:
        parse_rates(TEXT + VENDOR.format(price=price), file="mine.toml")
    assert said in str(caught.value)
    assert caught.value.where.startswith("mine.toml:")


def test_steps_of_a_price_list_and_seats_add_up():
    steps = "tiers = [{ from = 1, to = 1000, per_image = 0.10 }, { from = 1001, per_image = 0.06 }]\nseats = 3\nper_seat = 50"
    price = parse_rates(TEXT + VENDOR.format(price=steps), file="f").vendors[0]
    assert price.month(1000, 0) == pytest.approx(100 + 150)
    assert price.month(1500, 0) == pytest.approx(100 + 500 * 0.06 + 150)
    assert price.month(10, 0) == pytest.approx(1 + 150)


def test_a_later_price_holds_from_its_day_on():
    later = '[[wages]]\nrole = "qa"\nper_hour = 30.0\nvalid_from = 2026-07-01\nsource = "contract"\n'
    rates = parse_rates(TEXT + later, file="f")
    assert [rates.wage("qa", date(2026, 6, 30)), rates.wage("qa", date(2026, 7, 1))] == [28.0, 30.0]
    with pytest.raises(RatesError, match="no wage of qa on 2019-12-31"):
        rates.wage("qa", date(2019, 12, 31))
    with pytest.raises(RatesError, match="two entries from 2026-07-01"):
        parse_rates(TEXT + later + later, file="f")


def test_every_role_and_lane_needs_a_price():
    with pytest.raises(RatesError, match="nothing about 'retoucher'"):
        parse_rates('currency = "EUR"\n', file="f")


def test_the_workspace_has_its_own(tmp_path):
    assert load_rates(workspace=tmp_path).file == "shipped rates"
    (tmp_path / "rates.toml").write_text(TEXT.replace("32.00", "40.00"), encoding="utf-8")
    own = load_rates(workspace=tmp_path)
    assert (own.file, own.wage("retoucher", date(2026, 1, 1))) == ("rates.toml", 40.0)
    assert own.hash != load_rates().hash
    (tmp_path / "rates.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(RatesError, match="cannot be read"):
        load_rates(workspace=tmp_path)


def test_text_that_is_not_toml_says_where():
    with pytest.raises(RatesError, match=r"f: is not TOML: .*line 1"):
        parse_rates("currency = \n", file="f")
