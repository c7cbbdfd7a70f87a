"""Pull what labelers did into the lake, and hold the lake to the server."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import MappingProxyType

from labeling.api import Server
from labeling.project import LabelingProject, read_project
from labeling.pull import Pulled, pull_annotations
from labeling.reconcile import Reconciliation, reconcile_project
from labeling.server_project import ServerProject, find_project
from pipeline.store import Store
from workbench import lake
from workbench.domain.errors import LabelingError
from workbench.jobs.label_server import open_server
from workbench.jobs.labels_on_record import labels_on_record
from workbench.jobs.pulled_masks import page_masks
from workbench.jobs.pulled_verdicts import Verdicts, settle_verdicts
from workbench.jobs.pulled_votes import settle_votes
from workbench.lake import labels
from workbench.lake.desk import Desk
from workbench.settings import Settings

Say = Callable[[str], None]
REVIEWS = "qa_review"
BLIND = "blind_ab"


class PullReport(dict[str, Pulled]):
    """What a pull found, by layout; ``verdicts`` is what became of a review project's answers, ``votes`` how many each
    pilot has from the server."""

    verdicts: Verdicts | None = None
    votes: Mapping[str, int] = MappingProxyType({})


def pull_labels(
    name: str, settings: Settings, *, everything: bool = False, say: Say = lambda words: None,
    on_progress: Callable[[Pulled], None] = lambda done: None,
) -> PullReport:  # fmt: skip
    """Bring the lake up to what the server holds, for each layout that was pushed; verdicts go on to the reviews.

    Raises:
        LabelingError: It was never pushed, or the server refuses or stays away. What was stored stays.
    """
    done, files = PullReport(), Store(settings.workspace)
    with open_server(settings, say=say) as server, lake.open(settings) as store:
        for there in _layouts(server, read_project(name)):
            masks = partial(page_masks, layout=there.layout, store=files)
            pulled = pull_annotations(
                server, there, labels_on_record(store, there), on_progress=on_progress, everything=everything,
                keep=lambda page, masks=masks: labels.append_pulled(store, page, masks(page)),
            )  # fmt: skip
            labels.append_pull(
                store, there.key, until=pulled.until, everything=pulled.everything, annotations=pulled.annotations,
                refused=pulled.refused, deleted=pulled.deleted,
            )  # fmt: skip
            done[there.layout.name] = pulled
            if name == REVIEWS:
                done.verdicts = settle_verdicts(store, Desk(settings), there.key, say=say)
        if name == BLIND:
            done.votes = settle_votes(store, settings)
    return done


def reconcile_labels(
    name: str, settings: Settings, *, say: Say = lambda words: None
) -> dict[str, Reconciliation]:  # fmt: skip
    """Sent, stored, labelled and open by layout, with every difference named.

    Raises:
        LabelingError: It was never pushed, or the server refuses or stays away.
    """
    done: dict[str, Reconciliation] = {}
    with open_server(settings, say=say) as server, lake.open(settings) as store:
        for there in _layouts(server, read_project(name)):
            done[there.layout.name] = reconcile_project(server, there, labels_on_record(store, there))
    return done


def _layouts(server: Server, project: LabelingProject) -> Iterator[ServerProject]:
    found = [there for layout in project.layouts.values() if (there := find_project(server, project, layout))]
    if not found:
        raise LabelingError(
            f"{project.name} is not on the server", where=server.url, allowed=f"`workbench label push {project.name}`"
        )
    yield from found
