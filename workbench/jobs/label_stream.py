"""Where labelers of a project work: Label Studio's labeling stream."""

from __future__ import annotations

from labeling.project import read_project
from labeling.server_project import find_project
from workbench.jobs.label_server import open_server
from workbench.settings import Settings


def label_stream(project: str, settings: Settings) -> str | None:
    """Address of the stream of the first layout that is on the server, None when none is.

    Raises:
        LabelingError: The server refuses or stays away.
    """
    made = read_project(project)
    with open_server(settings) as server:
        server.patience_s = 5.0  # somebody looks at a page
        for layout in made.layouts.values():
            if (there := find_project(server, made, layout)) is not None:
                return there.stream_url
    return None
