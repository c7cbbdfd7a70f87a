"""Whether Label Studio can be used now, in words a lead can act on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from labeling.doctor import examine
from labeling.run_server import is_running
from workbench.domain.errors import LabelingError
from workbench.jobs.label_server import place_of, server_address
from workbench.settings import Settings

State = Literal["ready", "absent", "off", "token", "wrong"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerState:
    """``state`` names it, ``words`` say what happened, ``advice`` what to do; ``url`` is None while there is none."""

    state: State
    words: str
    advice: str
    url: str | None = None
    ours: bool = True


def label_state(settings: Settings) -> ServerState:
    """Ask the server; seconds at most."""
    ours = settings.label_studio_url is None
    try:
        url, token = server_address(settings)
    except LabelingError:
        return ServerState(
            state="absent", words="Label Studio was not started in this workspace yet.",
            advice="Start it here: it is installed once (some minutes), then runs on this machine only.",
        )  # fmt: skip
    if ours and not is_running(place_of(settings)):
        return ServerState(
            state="off", words="Label Studio is off. Tasks and labels are safe.", advice="Start it again.", url=url
        )
    wrong = next((one for one in examine(url, token) if one.ok is False), None)
    if wrong is None:
        return ServerState(state="ready", words=f"Label Studio runs at {url}", advice="", url=url, ours=ours)
    if wrong.what.startswith("token"):
        remedy = "`workbench label stop`, then start it again here." if ours else (
            "Make a new personal token in Label Studio (Account & Settings) and put it into "
            "WORKBENCH_LABEL_STUDIO_TOKEN, then start the app again."
        )  # fmt: skip
        return ServerState(
            state="token",
            words=f"Label Studio does not take our token: {wrong.words}",
            advice=remedy,
            url=url,
            ours=ours,
        )
    if wrong.what == "reachable":
        remedy = "Start it again." if ours else (
            "Ask whoever looks after that server, or correct its address (WORKBENCH_LABEL_STUDIO_URL)."
        )  # fmt: skip
        return ServerState(
            state="off", words=f"Label Studio does not answer at {url}.", url=url, ours=ours,
            advice=f"Tasks and labels are safe. {remedy}",
        )  # fmt: skip
    return ServerState(state="wrong", words=f"{wrong.what}: {wrong.words}", advice="See `workbench label doctor`.",
                       url=url, ours=ours)  # fmt: skip
