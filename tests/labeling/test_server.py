"""The server we start: on this machine only, closed to strangers, showing crops and nothing else."""

import socket
import subprocess

import httpx
import pytest

from labeling.api import Server
from labeling.doctor import examine
from labeling.listen import Receiver
from labeling.personal_token import access_token, make_token
from labeling.push import push_tasks
from labeling.run_server import is_running, start_server
from labeling.server_project import open_project
from labeling.webhook import add_webhook, remove_webhook
from workbench.domain.errors import LabelingError

pytestmark = pytest.mark.timeout(1800)  # the first test waits for the install and the database


def test_it_answers_on_this_machine_only(label_studio):
    listening = subprocess.run(["ss", "-Hltn"], capture_output=True, text=True)
    if listening.returncode == 0:
        of_ours = [line.split()[3] for line in listening.stdout.splitlines() if f":{label_studio.place.port} " in line]
        assert of_ours == [f"127.0.0.1:{label_studio.place.port}"]
    outside = {entry[4][0] for entry in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)} - {"127.0.0.1"}
    for address in outside:
        with socket.socket() as probe:
            probe.settimeout(2)
            assert probe.connect_ex((address, label_studio.place.port)) != 0


def test_password_and_token_are_the_owners_alone(label_studio):
    file = label_studio.place.account_file
    assert file.stat().st_mode & 0o777 == 0o600 and label_studio.place.home.stat().st_mode & 0o077 == 0
    assert len(label_studio.account.password) >= 24
    arguments = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
    assert label_studio.account.password not in arguments and label_studio.account.token not in arguments
    file.chmod(0o644)
    with pytest.raises(LabelingError, match="other users of this machine can read it"):
        label_studio.place.account()
    file.chmod(0o600)


def test_a_stranger_cannot_sign_up(label_studio):
    with httpx.Client(base_url=label_studio.account.url, timeout=60, trust_env=False) as session:
        session.get("/user/signup/")
        form = {"email": "stranger@studio.example", "password": "correct horse battery"}
        form["csrfmiddlewaretoken"] = session.cookies["csrftoken"]
        assert session.post("/user/signup/", data=form).status_code == 403
        assert session.get("/api/projects/").status_code == 401


def test_the_old_kind_of_token_is_refused(label_studio):
    with httpx.Client(base_url=label_studio.account.url, timeout=60, trust_env=False) as session:
        session.get("/user/login/")
        form = {"email": label_studio.account.email, "password": label_studio.account.password}
        session.post("/user/login/", data={**form, "csrfmiddlewaretoken": session.cookies["csrftoken"]})
        legacy = session.get("/api/current-user/token").json()["token"]
    old = httpx.get(
        f"{label_studio.account.url}/api/projects/", headers={"Authorization": f"Token {legacy}"}, trust_env=False
    )
    assert old.status_code == 401
    findings = examine(label_studio.account.url, legacy)
    assert [finding.ok for finding in findings] == [True, True, False]
    assert "legacy token" in findings[-1].words


def test_it_shows_crops_and_nothing_else(label_studio, project, tasks, tmp_path):
    (task,) = tasks(1)
    with Server(label_studio.account.url, label_studio.account.token) as server:
        layout = project.layout()
        open_project(server, project, layout, pictures=label_studio.place.crops / project.name)
        server.get("/api/projects/")
        head = dict(server._client.headers)
    (label_studio.place.crops / "elsewhere").mkdir(exist_ok=True)
    (label_studio.place.crops / "elsewhere" / "a.webp").write_bytes(b"no project opened this folder")
    url = label_studio.account.url
    shown = httpx.get(url + task.data["picture"], headers=head, trust_env=False)
    assert shown.status_code == 200 and shown.content[8:12] == b"WEBP"
    assert httpx.get(url + task.data["picture"], trust_env=False).status_code in (401, 403)
    for path in ("../account.json", "elsewhere/a.webp", "/etc/passwd", f"{project.name}/../../account.json"):
        refused = httpx.get(f"{url}/data/local-files/", params={"d": path}, headers=head, trust_env=False)
        assert refused.status_code >= 400, path  # 500 for a path that climbs out: Django refuses it below the view
        assert label_studio.account.password not in refused.text and "root:" not in refused.text
    with (
        Server(label_studio.account.url, label_studio.account.token) as server,
        pytest.raises(LabelingError, match="may not show pictures"),
    ):
        open_project(server, project, layout, pictures=tmp_path)


def test_the_doctor_names_what_is_wrong(label_studio, project):
    url, token = label_studio.account.url, label_studio.account.token
    with Server(url, token) as server:
        open_project(server, project, project.layout(), pictures=None)
    assert all(finding.ok for finding in examine(url, token, crops=label_studio.place.crops))
    assert not examine("http://127.0.0.1:9", token)[0].ok
    assert "access token" in examine(url, access_token(url, token))[-1].words
    outside = examine(url, token, crops=label_studio.place.home / "data")
    assert outside[-1].what == "pictures" and not outside[-1].ok


def test_a_revoked_token_is_said_to_be_one(label_studio, labeler):
    one, _ = labeler("revoked")
    one.get("/api/projects/")
    httpx.post(
        f"{one.url}/api/token/blacklist/", json={"refresh": one._token}, headers=dict(one._client.headers),
        trust_env=False,
    )  # fmt: skip
    assert any("expired or was revoked" in finding.words for finding in examine(one.url, one._token))


def test_a_lost_token_is_made_anew(label_studio, labeler):
    _, account = labeler("forgetful")
    with Server(account.url, make_token(account)) as server:
        assert server.get("/api/current-user/whoami")["email"] == account.email


def test_starting_again_finds_it_running(label_studio):
    assert is_running(label_studio.place)
    assert start_server(label_studio.place, label_studio.command) == label_studio.account


def test_it_speaks_to_this_machine_only(label_studio, project, tasks):
    """Its own calls are written down from within; a call to our receiver proves that they are."""
    heard = []
    with (
        Server(label_studio.account.url, label_studio.account.token) as server,
        Receiver("secret", heard.append) as receiver,
    ):
        there = open_project(server, project, project.layout(), pictures=None)
        push_tasks(server, there, tasks(1), known=(), keep=lambda sent: None)
        number = add_webhook(server, there, receiver=receiver.url, secret="secret")
        (row,) = next(server.tasks(there.server_id))
        answer = {"from_name": "answer", "to_name": "picture", "type": "choices", "value": {"choices": ["mole"]}}
        server.change("POST", f"/api/tasks/{row['id']}/annotations/", {"result": [answer]})
        assert heard == [there.server_id]
        remove_webhook(server, number)
        with pytest.raises(LabelingError, match="does not take our address"):
            add_webhook(server, there, receiver="http://192.0.2.1:80", secret="secret")
    seen = label_studio.connections.read_text()
    port = receiver.url.rpartition(":")[2]
    assert f"('127.0.0.1', {port})" in seen and label_studio.outgoing() == []
