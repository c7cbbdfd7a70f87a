"""Start FiftyOne's App over the workspace, find it running, end it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from urllib.parse import quote, urlencode

from workbench.inspection.database import start_database
from workbench.inspection.fiftyone_at import environment_of
from workbench.inspection.own_server import OwnServer
from workbench.inspection.place import LOOPBACK, InspectionPlace

START_S = 180.0  # its import takes 15 s of an idle machine
ROOT = Path(__file__).resolve().parents[2]


def start_app(place: InspectionPlace, *, port: int | None = None) -> str:
    """Start the App, or find it running; its address.

    Raises:
        InspectionError: FiftyOne is not installed, or it or its database does not start.
    """
    address = start_database(place)
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    environment = kept | environment_of(place, address) | {
        "PYTHONPATH": os.pathsep.join(paths), "HOME": str(place.fiftyone), "PYTHONUNBUFFERED": "1",
    }  # fmt: skip

    def command(chosen: int) -> list[str]:
        return [sys.executable, "-m", "workbench.inspection.app_server", str(chosen), str(place.media)]

    return f"http://{LOOPBACK}:{_server(place).start(command, environment=environment, port=port)}"


def stop_app(place: InspectionPlace) -> bool:
    """End it; False when it did not run."""
    return place.home.is_dir() and _server(place).stop()


def app_address(place: InspectionPlace) -> str | None:
    """Where the App answers, None when it does not run."""
    port = _server(place).port()
    return None if port is None else f"http://{LOOPBACK}:{port}"


def address_of(app: str, dataset: str, view: str | None = None) -> str:
    """Address of a dataset in the App, or of one of its saved views."""
    asked = "?" + urlencode({"view": view}) if view else ""
    return f"{app}/datasets/{quote(dataset)}{asked}"


def _server(place: InspectionPlace) -> OwnServer:
    return OwnServer(home=place.home, name="app", start_s=START_S)
