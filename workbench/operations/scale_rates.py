"""The same rates with some prices multiplied: what if wages rise, machines get cheaper, an escape costs twice."""

from __future__ import annotations

from dataclasses import replace

from workbench.operations.rates import Rates

HANDS = ("retoucher", "senior")


def scale_rates(
    rates: Rates, *, hands: float = 1.0, qa: float = 1.0, machines: float = 1.0, escapes: float = 1.0,
    unmeasured: float = 1.0,
) -> Rates:  # fmt: skip
    """Rates with every price of a kind multiplied; the file stays as it is.

    Args:
        rates: To begin with.
        hands: Times the wages of retouchers and seniors.
        qa: Times the wages of everybody else.
        machines: Times the price of machines and of bought engines.
        escapes: Times the cost of an escaped image.
        unmeasured: Times the seconds of verdicts nobody measured.
    """
    return replace(
        rates,
        wages=tuple(replace(one, per_hour=one.per_hour * (hands if one.role in HANDS else qa)) for one in rates.wages),
        compute=tuple(replace(one, per_core_second=one.per_core_second * machines) for one in rates.compute),
        vendors=tuple(
            replace(
                one, per_image=one.per_image * machines, per_minute=one.per_minute * machines,
                per_seat=one.per_seat * machines,
                tiers=tuple(replace(tier, per_image=tier.per_image * machines) for tier in one.tiers),
            )
            for one in rates.vendors
        ),
        escapes=tuple(replace(one, per_image=one.per_image * escapes) for one in rates.escapes),
        verdicts=tuple(replace(one, seconds=one.seconds * unmeasured) for one in rates.verdicts),
    )  # fmt: skip
