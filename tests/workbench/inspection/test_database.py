"""One database a workspace: found, never doubled, recovered after a kill, ended by us, told when it cannot start."""

import json
import os
import shutil
import signal
import socket
import time

import pytest

from workbench.domain.errors import InspectionError
from workbench.inspection import database
from workbench.inspection.database import database_port, server_of, start_database, stop_database
from workbench.inspection.place import InspectionPlace


@pytest.fixture
def place(tmp_path):
    here = InspectionPlace(home=tmp_path / "inspection")
    yield here
    stop_database(here)


def pid_of(place):
    return json.loads(server_of(place).note.read_text())["pid"]


def test_it_is_started_once_recovers_from_a_kill_and_ends(place):
    import pymongo

    address = start_database(place)
    first = pid_of(place)
    assert start_database(place) == address and pid_of(place) == first
    with pymongo.MongoClient(address) as client:
        client.shop.images.insert_one({"_id": 1})
        client.admin.command("fsync")
    assert oct(place.home.stat().st_mode)[-3:] == "700"
    os.kill(first, signal.SIGKILL)
    while database_port(place) is not None:
        time.sleep(0.05)  # until the killed one is gone; the look decides
    again = start_database(place)
    with pymongo.MongoClient(again) as client:
        assert client.shop.images.count_documents({}) == 1
        listening = client.admin.command("getCmdLineOpts")["parsed"]["net"]
    assert listening["bindIp"] == "127.0.0.1" and pid_of(place) != first
    assert stop_database(place) and not stop_database(place) and database_port(place) is None


def test_a_number_that_another_program_got_is_not_taken_for_it(place):
    place.make()
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        note = {"pid": os.getpid(), "since": "another time", "port": other.getsockname()[1]}
        server_of(place).note.write_text(json.dumps(note))
        assert database_port(place) is None and not stop_database(place)


def test_what_it_said_is_told_when_it_does_not_start(place):
    place.make()
    shutil.rmtree(place.database)
    place.database.write_text("not a folder")
    place_made = InspectionPlace(home=place.home)
    with pytest.raises(InspectionError, match="the folder cannot be made: File exists"):
        start_database(place_made)
    place.database.unlink()
    place.make()
    (place.database / "WiredTiger").write_text("damaged")
    (place.database / "WiredTiger.turtle").write_text("damaged")
    with pytest.raises(InspectionError, match="mongod ended while it was starting"):
        start_database(place)


def test_without_fiftyone_it_says_what_to_install(place, monkeypatch):
    monkeypatch.setattr(database.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(InspectionError, match=r"retouch-workbench\[inspect\]"):
        start_database(place)
