"""Engines set up by a file: what is wrong is named with its line, and what is right can be asked."""

import pytest

from pipeline.cutout import EngineFault
from workbench.domain.errors import UsageError
from workbench.jobs.engine_files import TEMPLATES, engine_names, engines_folder, parse_engine, read_engine
from workbench.settings import load

API = 'name = "shop"\ntitle = "Shop"\nadapter = "http_api"\n\n[params]\nurl = "https://api.example/x"\n'


@pytest.fixture
def settings(tmp_path):
    return load({}, workspace=tmp_path)


def parse(text, tmp_path):
    return parse_engine(text, where="shop.toml", folder=tmp_path, roots=())


def test_every_engine_that_comes_with_the_product_can_be_read(settings):
    names = engine_names(settings)
    assert {"classical", "grabcut", "subject_net", "combined", "pymatting"} <= set(names)
    assert len({read_engine(name, settings).hash for name in names}) == len(names)
    for template in TEMPLATES.glob("*.toml"):
        assert parse_engine(template.read_text(), where=template.name, folder=TEMPLATES, roots=()).name == template.stem


def test_photoroom_knows_which_way_its_score_points(tmp_path):
    text = (TEMPLATES / "photoroom.toml").read_text()
    assert parse(text, tmp_path).better == "lower"


def test_a_file_of_the_workspace_comes_first(settings):
    engines_folder(settings).mkdir(parents=True)
    (engines_folder(settings) / "classical.toml").write_text(API)
    assert read_engine("classical", settings).adapter == "http_api"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name = ", "not TOML"),
        (API.replace("adapter", "adaptor"), "unknown key 'adaptor'.*did you mean 'adapter'"),
        (API.replace("http_api", "http_app"), "line 3: adapter is 'http_app'.*did you mean 'http_api'"),
        (API + "timeout = 3\n", r"line 7: http_api has no parameter 'timeout'.*did you mean 'timeout_s'"),
        (API + 'url_field = "a b"\n', "line 7: url_field"),
        (API + 'key_env = "lower"\n', "line 7: key_env"),
        (API.replace("https", "ftp"), "line 6: url is 'ftp"),
        (API + "[data]\nregio = 1\n", "line 8: unknown key 'regio'.*did you mean 'region'"),
        (API + '[data]\nregion = { answer = "EU" }\n', "line 8.*allowed: { answer"),
        (API + "[price]\ncurrency = 'USD'\n", "currency is 'USD'"),
        (API + "[price]\ncurrency='EUR'\nvalid_from=2026-01-01\nsource='x'\nper_image=-1\n", "per_image is -1"),
        (API + "[price]\ncurrency='EUR'\nvalid_from=2026-01-01\nsource='x'\ntiers=[{first=1,last=5,per_image=1},"
         "{first=7,per_image=1}]\n", "a tier goes from 7"),
        ('name="a"\ntitle="a"\nadapter="onnx_file"\n[params]\nfile="../../etc/model.onnx"\n', "lies outside"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(tmp_path, text, words):
    with pytest.raises(UsageError, match=words):
        parse(text, tmp_path)


def test_terms_and_prices_are_read(tmp_path):
    found = parse(
        API + '[price]\ncurrency = "EUR"\nper_month = 9\nvalid_from = 2026-01-01\nsource = "offer"\n'
        "tiers = [{ first = 1, last = 100, per_image = 0.2 }, { first = 101, per_image = 0.1 }]\n"
        '[data]\ninside_eu = true\nregion = { answer = "Frankfurt", date = 2026-11-02, source = "mail" }\n'
        'burst = { by = "Bo", date = 2026-11-03, most_images = 1000 }\n', tmp_path,
    )  # fmt: skip
    assert found.price.month(150, 0) == pytest.approx(9 + 100 * 0.2 + 50 * 0.1)
    assert found.terms.inside_eu and found.terms.burst.most_images == 1000
    assert [one.answer for one in found.terms.answers] == ["Frankfurt"] and len(found.terms.open_questions) == 4


def test_the_key_is_read_late_and_shown_nowhere(tmp_path):
    found = parse(API + 'key_env = "SHOP_KEY"\n', tmp_path)
    with pytest.raises(EngineFault, match="SHOP_KEY is not set"):
        found.open(environ={})
    around = found.around(environ={"SHOP_KEY": "s3cr3t"})
    assert around.key == "s3cr3t" and "s3cr3t" not in repr(around) + repr(found) + found.hash


def test_a_vendor_on_a_private_address_or_without_tls_is_refused(tmp_path):
    from urllib.parse import urlsplit

    from workbench.domain.errors import PhotoRefused

    public = parse(API, tmp_path).around(environ={}).connect
    for url in (
        "http://127.0.0.1/x",
        "https://127.0.0.1/x",
        "https://10.0.0.7/x",
        "https://[::1]/x",
        "http://example.com",
    ):
        with pytest.raises(PhotoRefused, match="private address|scheme"):
            public(urlsplit(url), 1.0)
    not_local = parse(API + "allow_localhost = true\n", tmp_path)
    assert not not_local.on_this_machine  # allowing localhost opens nothing for a host elsewhere
    with pytest.raises(PhotoRefused, match="private address"):
        not_local.around(environ={}).connect(urlsplit("https://127.0.0.1/x"), 1.0)
