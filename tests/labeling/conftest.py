"""A real Label Studio server for the session, and a workspace with a lake for each test."""

import os
import socket
import uuid
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import httpx
import numpy as np
import pytest

from labeling import run_server
from labeling.api import Server
from labeling.install_server import install_server
from labeling.personal_token import make_token
from labeling.pictures import Pictures
from labeling.project import read_project
from labeling.run_server import environment_of, start_server, stop_server
from labeling.server_place import Account, ServerPlace
from workbench import settings
from workbench.domain.labels import LabelItem
from workbench.jobs.label_tasks import crop_tasks

ROOT = Path(__file__).resolve().parents[2]
# runs inside the server before anything else does, and writes down whom it speaks to
WATCH = """
import os, sys

def watch(event, args):
    if event in ("socket.connect", "socket.getaddrinfo"):
        with open(os.environ["WATCHED_CONNECTIONS"], "a", encoding="utf-8") as file:
            file.write(f"{event} {args[1] if event == 'socket.connect' else args[0]!r}\\n")

sys.addaudithook(watch)
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def label_studio(tmp_path_factory):
    """The server: where it lives, its command, its account. Tests share it, each with projects of its own."""
    environment = Path(os.environ.get("WORKBENCH_LABEL_STUDIO_ENVIRONMENT", ROOT / "build" / "label_studio"))
    command = install_server(environment)
    # the first start makes the database, most of a minute: a folder that is kept saves it while one works on these tests
    home = Path(os.environ.get("LABEL_STUDIO_TEST_HOME") or tmp_path_factory.mktemp("label_studio"))
    place = ServerPlace(home=home, environment=environment, port=free_port())
    watch = tmp_path_factory.mktemp("watch")
    (watch / "sitecustomize.py").write_text(WATCH)
    (watch / "connections").touch()
    told = {"PYTHONPATH": str(watch), "WATCHED_CONNECTIONS": str(watch / "connections")}
    stop_server(place)  # one that an interrupted session left in a kept folder
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run_server, "environment_of", lambda *one: environment_of(*one) | told)
        account = start_server(place, command)
        yield SimpleNamespace(
            place=place, command=command, account=account, connections=watch / "connections",
            outgoing=lambda: outgoing(watch / "connections"),
        )  # fmt: skip
        stop_server(place)
    assert outgoing(watch / "connections") == []  # in all tests together


def outgoing(connections: Path) -> list[str]:
    """What the server asked of others than this machine."""
    own = ("127.0.0.1", "::1", "localhost", socket.gethostname())
    return [line for line in connections.read_text().splitlines()
            if not line.partition(" ")[2].startswith("/") and not any(f"'{name}'" in line for name in own)]  # fmt: skip


@pytest.fixture
def our(label_studio, tmp_path):
    """Settings of a workspace of its own that uses the server, as one that was there already."""
    return settings.load(
        {
            "WORKBENCH_LABEL_STUDIO_URL": label_studio.account.url,
            "WORKBENCH_LABEL_STUDIO_TOKEN": label_studio.account.token,
            "WORKBENCH_LABEL_STUDIO_CROPS": str(label_studio.place.crops),
        },
        workspace=tmp_path / "ws",
    )


@pytest.fixture
def project():
    """The mole_hair project under a name of the test's own, so that tests see nothing of each other."""
    name = f"crops_{uuid.uuid4().hex[:10]}"  # its title may have 50 characters
    return replace(read_project("mole_hair"), name=name, title=name)


@pytest.fixture
def crops():
    """So many small pictures that differ, with the items they stand for."""

    def make(number: int, seed: int = 0) -> tuple[list[LabelItem], list[np.ndarray]]:
        rng = np.random.default_rng(seed)
        pixels = [rng.integers(0, 256, (12, 12, 3), dtype=np.uint8) for _ in range(number)]
        items = [
            LabelItem(
                item_key=f"{seed:02d}{place:062x}", image_hash="ab" * 32, box=(1.0, 2.0, 3.0, 4.0), sku=f"sku-{place}",
                category="hair_beauty", source="photo.jpg",
            )
            for place in range(number)
        ]  # fmt: skip
        return items, pixels

    return make


@pytest.fixture
def tasks(label_studio, project, crops):
    """Tasks of the test's own project."""

    def make(number: int, layout: str = "single", seed: int = 0):
        pictures = Pictures(label_studio.place.crops, project.name)
        return list(crop_tasks(project, project.layout(layout), pictures, *crops(number, seed)))

    return make


@pytest.fixture
def labeler(label_studio):
    """Another person on the server, let in by the invitation link; signed in with a personal token."""
    opened = []

    def join(name: str) -> tuple[Server, Account]:
        email = f"{name}.{uuid.uuid4().hex[:8]}@studio.example"
        account = replace(label_studio.account, email=email, password="correct horse battery")
        with Server(label_studio.account.url, label_studio.account.token) as owner:
            link = owner.get("/api/invite")["invite_url"]
        with httpx.Client(base_url=account.url, timeout=60, trust_env=False) as session:
            session.get(link)
            form = {"email": account.email, "password": account.password, "allow_newsletters": "false"}
            form["csrfmiddlewaretoken"] = session.cookies["csrftoken"]
            assert session.post(link, data=form).status_code == 302
        opened.append(Server(account.url, make_token(account)))
        return opened[-1], account

    yield join
    for server in opened:
        server.close()
