"""Says what the audits of a category prove, in a sentence."""

from __future__ import annotations

from workbench.routing.certify import Certified


def certified_words(one: Certified) -> str:
    """The sentence shown beside a category's limit."""
    sure, promise = f"{(1 - one.delta) * 100:g}%", f"{one.target * 100:g}%"
    if one.status == "certified":
        words = (
            f"Certified up to risk {one.max_risk:.3f}: with {sure} confidence at most {promise} come back "
            f"({one.errors} of {one.n} audited images failed)."
        )
    elif one.status == "no_sample":
        words = f"Not certifiable yet: no audited image counts; {one.more} without a fault would prove {promise}."
    elif one.status == "above_target":
        words = (
            f"Not certified: {one.errors} of the {one.n} safest audited images failed, more than {promise} allow. "
            "More audits would not help; better results would."
        )
    elif one.more is None:
        words = (
            f"Not certifiable yet: {one.errors} of the {one.n} safest audited images failed, more than {promise} so "
            "far. That may be chance; if it is not, no number of audits proves it."
        )
    elif one.more_if == "error_free":
        words = (
            f"Not certifiable yet: {one.n} audited images without a fault; {one.more} more without one would prove "
            f"{promise} with {sure} confidence."
        )
    else:
        words = (
            f"Not certifiable yet: {one.errors} of the {one.n} safest audited images failed. If that share is true, "
            f"about {one.more} more audits among images as safe prove {promise} in four cases of five."
        )
    return f"{words} No limit can go further: {one.limited_by}." if one.limited_by else words
