"""Have a server tell us when a label comes in: one webhook a project, with a secret, to an address on this machine."""

from __future__ import annotations

from contextlib import suppress

from labeling.api import Server
from labeling.server_project import ServerProject
from workbench.domain.errors import LabelingError

ACTIONS = ("ANNOTATION_CREATED", "ANNOTATIONS_CREATED", "ANNOTATION_UPDATED", "ANNOTATIONS_DELETED", "TASKS_DELETED")
PATH = "/retouch-workbench/"


def add_webhook(server: Server, there: ServerProject, *, receiver: str, secret: str) -> int:
    """Register the receiver for a project; one that an interrupted listener left behind is taken away first.

    Args:
        server: A session.
        there: The project.
        receiver: ``http://127.0.0.1:PORT``.
        secret: What the server shows us with each call.

    Raises:
        LabelingError: The server refuses, for instance because it may not call addresses of its own machine.
    """
    for row in server.get("/api/webhooks/", project=there.server_id):
        if row["project"] == there.server_id and row["url"].endswith(f"{PATH}{there.server_id}"):
            server.change("DELETE", f"/api/webhooks/{row['id']}/", again=True)
    body = {
        "project": there.server_id, "url": f"{receiver}{PATH}{there.server_id}", "send_payload": False,
        "send_for_all_actions": False, "actions": list(ACTIONS), "headers": {"Authorization": f"Bearer {secret}"},
    }  # fmt: skip
    try:
        return server.change("POST", "/api/webhooks/", body)["id"]
    except LabelingError as error:
        raise LabelingError(
            f"the server does not take our address: {error.found}", where=server.url,
            allowed="a server of this machine, started by `workbench label serve`; for others: `workbench label pull`",
        ) from error  # fmt: skip


def remove_webhook(server: Server, number: int) -> None:
    """Take a webhook away; one that is gone already is gone."""
    with suppress(LabelingError):
        server.change("DELETE", f"/api/webhooks/{number}/", again=True)
