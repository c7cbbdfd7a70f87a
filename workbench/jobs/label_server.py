"""Label Studio for this workspace: our own server, started and ended, or one that is there already."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from labeling.api import Server
from labeling.install_server import install_server
from labeling.run_server import is_running, start_server, stop_server
from labeling.server_place import Account, ServerPlace
from workbench.domain.errors import LabelingError
from workbench.settings import Settings

Say = Callable[[str], None]


def place_of(settings: Settings) -> ServerPlace:
    """Where our own server lives."""
    home = settings.workspace / "label_studio"
    environment = settings.label_studio_environment or home / "environment"
    return ServerPlace(home=home, environment=environment, port=settings.label_studio_port)


def serve_labels(settings: Settings, *, say: Say = lambda words: None) -> Account:
    """Install and start our own server, or find it running; where it answers and who may sign in.

    Raises:
        LabelingError: Another server is named in the settings, or ours cannot be installed or started.
    """
    if settings.label_studio_url is not None:
        raise LabelingError(
            f"the settings name a server: {settings.label_studio_url}", where="WORKBENCH_LABEL_STUDIO_URL",
            allowed="no such setting, to start one here",
        )  # fmt: skip
    place = place_of(settings)
    return start_server(place, install_server(place.environment, say=say), say=say)


def stop_labels(settings: Settings) -> bool:
    """End our own server; False when it did not run."""
    return stop_server(place_of(settings))


def server_address(settings: Settings) -> tuple[str, str]:
    """Address and personal token of the server in use.

    Raises:
        LabelingError: There is none yet.
    """
    if settings.label_studio_url is not None and settings.label_studio_token is not None:
        return settings.label_studio_url, settings.label_studio_token
    account = place_of(settings).account()
    if account is None or account.token is None:
        raise LabelingError(
            "there is no Label Studio server for this workspace",
            where=str(settings.workspace),
            allowed="`workbench label serve`, or WORKBENCH_LABEL_STUDIO_URL and WORKBENCH_LABEL_STUDIO_TOKEN",
        )
    return account.url, account.token


def open_server(settings: Settings, *, say: Say = lambda words: None) -> Server:
    """A session with the server in use; close it."""
    url, token = server_address(settings)
    place = place_of(settings)
    if settings.label_studio_url is None and not is_running(place):
        say("Label Studio does not run here; waiting for it (`workbench label serve` starts it)")
    return Server(url, token, on_wait=say)


def crops_folder(settings: Settings) -> Path:
    """The folder the server may show pictures from."""
    return settings.label_studio_crops or place_of(settings).crops
