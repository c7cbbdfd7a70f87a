"""Send the images that carry a tag in FiftyOne to a Label Studio project, and mark what was sent."""

from __future__ import annotations

from collections.abc import Callable

from workbench import lake
from workbench.domain.errors import UsageError, nearest_match
from workbench.inspection.read_tags import add_tag
from workbench.jobs.push_labels import PushReport, push_labels
from workbench.jobs.sync_tags import sync_tags, tagged_dataset
from workbench.lake.inspection import sent_images, standing_tags
from workbench.settings import Settings

SENT = "sent to "  # what goes before a project's name on images that were sent there


def push_tagged(
    project: str, tag: str, settings: Settings, *, by: str | None = None,
    say: Callable[[str], None] = lambda words: None,
) -> tuple[int, int, PushReport]:  # fmt: skip
    """Send the images that carry a tag to a labeling project and mark them.

    Those that cannot be shown, as they have no cutout or their photo is gone, are not sent and not marked.

    Returns:
        How many carry the tag, how many of them the server holds now, and what the push did.

    Raises:
        UsageError: No image carries the tag.
        LabelingError: The server refuses or stays away; nothing is marked then.
    """
    sync_tags(settings, by=by)
    with lake.open(settings, read_only=True) as store:
        rows = standing_tags(store, simulated=False)
    tags = sorted(set(rows["tag"]))
    chosen = rows.filter(rows["tag"] == tag)
    if chosen.height == 0:
        raise UsageError(f"no image is tagged {tag!r}", where="--tag", allowed=tags or "a tag set in FiftyOne",
                         nearest=nearest_match(tag, tags))  # fmt: skip
    if set(",|=") & set(tag):
        raise UsageError(f"the tag {tag!r} means more than one filter", where="--tag", allowed="a tag without , | =")
    report = push_labels(project, settings, source=f"tag={tag}", say=say)
    with lake.open(settings, read_only=True) as store:
        sent = sent_images(store, tag=tag, project_key=report.there.key)
    add_tag(tagged_dataset(settings, simulated=False), sent, SENT + project)
    sync_tags(settings, by=by)
    return chosen.height, len(sent), report
