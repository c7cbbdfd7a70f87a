"""The environment is read in one place and nothing in it is guessed."""

import subprocess
import sys
from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from workbench import settings
from workbench.domain.errors import UsageError


def test_an_empty_environment_gives_the_defaults(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = settings.load({"PATH": "/bin", "WORKBENCH_PORT": ""})
    assert found.workspace == tmp_path / "workspace"
    assert found.catalogue == str(tmp_path / "workspace" / "lake" / "catalogue.sqlite")
    assert found.data_path == str(tmp_path / "workspace" / "lake" / "data")
    assert (found.host, found.port) == ("127.0.0.1", settings.PORT)
    assert found.pixel_limit == 120_000_000
    assert found.source_roots == (tmp_path, Path.home())
    assert found.url_schemes == ("https",)
    assert found.catalogue_is_local
    assert found.data_is_local
    assert found.data_is_default
    assert not (tmp_path / "workspace").exists()  # reading settings makes nothing


def test_the_command_line_is_stronger_than_the_environment(tmp_path):
    environ = {"WORKBENCH_WORKSPACE": str(tmp_path / "a")}
    assert settings.load(environ).workspace == tmp_path / "a"
    assert settings.load(environ, workspace=tmp_path / "b").lake_dir == tmp_path / "b" / "lake"


def test_a_relative_workspace_becomes_absolute_at_once(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert settings.load({}, workspace="here").workspace == tmp_path / "here"


def test_an_unknown_name_names_the_nearest():
    with pytest.raises(UsageError, match="WORKBENCH_WORKSPACE") as caught:
        settings.load({"WORKBENCH_WORKSAPCE": "x"})
    assert caught.value.nearest == "WORKBENCH_WORKSPACE"
    assert caught.value.where == "environment"


def test_settings_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        settings.load({}).port = 1


@pytest.mark.parametrize(
    ("name", "text", "allowed"),
    [
        ("PIXEL_LIMIT", "many", "whole number from 1"),
        ("PIXEL_LIMIT", "0", "whole number from 1"),
        ("PIXEL_LIMIT", "1.5", "whole number from 1"),
        ("PORT", "70000", "65535"),
        ("IMAGE_TIMEOUT_S", "nan", "a number from 1"),
        ("IMAGE_TIMEOUT_S", "0.5", "a number from 1"),
        ("MIN_N_FOR_PERCENT", "-3", "whole number from 1"),
        ("URL_SCHEMES", "https,file", "https, s3"),
        ("URL_SCHEMES", "http", "https"),
        ("CATALOGUE", "postgresq://u:p@h/d", "postgresql://"),
        ("DATA_PATH", "ftp://h/d", "s3"),
        ("SOURCE_ROOTS", "relative", "folders joined by"),
        ("SOURCE_ROOTS", "/no/such/folder", "folders joined by"),
        ("WORKSPACE", __file__, "a folder"),
        ("SIGN_IN_FILE", "/no/such/file.toml", "Streamlit secrets file"),
    ],
)
def test_a_value_that_cannot_be_used_says_where_and_what_is_allowed(name, text, allowed):
    with pytest.raises(UsageError) as caught:
        settings.load({f"WORKBENCH_{name}": text})
    assert caught.value.where == f"WORKBENCH_{name}"
    assert allowed in caught.value.allowed


def test_numbers_may_be_grouped():
    assert settings.load({"WORKBENCH_PIXEL_LIMIT": "50_000_000"}).pixel_limit == 50_000_000


def test_source_roots_are_resolved_through_links(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert settings.load({"WORKBENCH_SOURCE_ROOTS": f"{tmp_path}/link:{tmp_path}"}).source_roots == (
        (tmp_path / "real").resolve(),
        tmp_path.resolve(),
    )


def test_another_host_needs_sign_in(tmp_path):
    for host in ("0.0.0.0", "192.168.1.4", "::"):
        with pytest.raises(UsageError, match="without sign-in"):
            settings.load({"WORKBENCH_HOST": host})
    secrets = tmp_path / "secrets.toml"
    secrets.write_text("[other]\n")
    with pytest.raises(UsageError, match=r"no \[auth\] section"):
        settings.load({"WORKBENCH_HOST": "0.0.0.0", "WORKBENCH_SIGN_IN_FILE": str(secrets)})
    secrets.write_text('[auth]\nclient_id = "x"\n')
    served = {"WORKBENCH_HOST": "0.0.0.0", "WORKBENCH_SIGN_IN_FILE": str(secrets)}
    with pytest.raises(UsageError, match="without a list of who may come in"):
        settings.load(served)
    people = tmp_path / "people.toml"
    people.write_text('[people]\n"Ann@Studio.example" = "lead"\n')
    found = settings.load({**served, "WORKBENCH_PEOPLE_FILE": str(people)})
    assert found.host == "0.0.0.0"
    assert found.people.role_of("ann@studio.example") == "lead"
    assert found.people.role_of("eve@elsewhere.example") is None
    assert found.sign_in() == {"auth": {"client_id": "x"}}


def test_alone_on_a_machine_one_may_do_everything():
    assert settings.load({}).people.role_of("anybody") == "lead"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('default_role = "boss"', "viewer, labeler, retoucher"),
        ('[people]\nann = "retucher"', "retoucher"),
        ('[pages]\nlead = "overview"', "overview"),
        ('[poeple]\nann = "lead"', "people"),
        ("people = 3", r"[people]"),
        ("[people", "TOML"),
    ],
)
def test_a_list_of_people_that_cannot_be_used_says_why(tmp_path, text, words):
    people = tmp_path / "people.toml"
    people.write_text(text)
    with pytest.raises(UsageError) as caught:
        settings.load({"WORKBENCH_PEOPLE_FILE": str(people)})
    assert caught.value.where == "WORKBENCH_PEOPLE_FILE"
    assert words in str(caught.value)


def test_pages_by_role(tmp_path):
    people = tmp_path / "people.toml"
    people.write_text('default_role = "viewer"\n[people]\nbo = "retoucher"\n[pages]\nretoucher = ["image"]\n')
    found = settings.load({"WORKBENCH_PEOPLE_FILE": str(people)}).people
    assert found.role_of("BO") == "retoucher" and found.role_of(None) == "viewer"
    assert found.sees("retoucher", "image", ("lead",)) and not found.sees("retoucher", "overview", ())
    assert found.sees("viewer", "overview", ()) and not found.sees("viewer", "run", ("lead",))


def test_a_shared_catalogue_needs_shared_data_and_its_password_stays_hidden(tmp_path):
    url = "postgresql://user:secret@server/lake"
    with pytest.raises(UsageError, match="every machine reaches") as caught:
        settings.load({"WORKBENCH_CATALOGUE": url})
    assert "secret" not in str(caught.value)
    found = settings.load({"WORKBENCH_CATALOGUE": url, "WORKBENCH_DATA_PATH": "s3://bucket/lake"})
    assert not found.catalogue_is_local
    assert not found.data_is_local
    assert found.data_path == "s3://bucket/lake/"
    assert "secret" not in repr(found)


def test_every_setting_can_be_set():
    made_of_others = {"people"}  # what the people file says
    assert {field.name for field in fields(settings.Settings)} - made_of_others == set(settings._PARSERS)
    with pytest.raises(UsageError, match="unknown setting WORKBENCH_PEOPLE"):
        settings.load({"WORKBENCH_PEOPLE": "ann"})


def test_importing_settings_is_light():
    code = (
        "import sys; before = set(sys.modules); import workbench.settings;"
        "print(sorted({m.split('.')[0] for m in set(sys.modules) - before} - set(sys.stdlib_module_names)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "['workbench']\n"
