"""Pull what labelers did into the lake, and hold the lake to the server."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from labeling.api import Server
from labeling.project import LabelingProject, read_project
from labeling.pull import Pulled, pull_annotations
from labeling.reconcile import Reconciliation, reconcile_project
from labeling.server_project import ServerProject, find_project
from workbench import lake
from workbench.domain.errors import LabelingError
from workbench.jobs.label_server import open_server
from workbench.jobs.labels_on_record import labels_on_record
from workbench.lake import labels
from workbench.settings import Settings

Say = Callable[[str], None]


def pull_labels(
    name: str, settings: Settings, *, everything: bool = False, say: Say = lambda words: None,
    on_progress: Callable[[Pulled], None] = lambda done: None,
) -> dict[str, Pulled]:  # fmt: skip
    """Bring the lake up to what the server holds, for each layout that was pushed.

    Raises:
        LabelingError: It was never pushed, or the server refuses or stays away. What was stored stays.
    """
    done: dict[str, Pulled] = {}
    with open_server(settings, say=say) as server, lake.open(settings) as store:
        for there in _layouts(server, read_project(name)):
            pulled = pull_annotations(
                server, there, labels_on_record(store, there), keep=lambda page: labels.append_pulled(store, page),
                on_progress=on_progress, everything=everything,
            )  # fmt: skip
            labels.append_pull(
                store, there.key, until=pulled.until, everything=pulled.everything, annotations=pulled.annotations,
                refused=pulled.refused, deleted=pulled.deleted,
            )  # fmt: skip
            done[there.layout.name] = pulled
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
