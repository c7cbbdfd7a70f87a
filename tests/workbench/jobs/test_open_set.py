"""A set by URL: a real server on this machine answers; its rows lie beside the manifest and never on this disk."""

import functools
import http.server
import threading
from dataclasses import replace

import pytest

from workbench import lake
from workbench.domain.errors import ManifestError
from workbench.jobs.estimate_run import MEGAPIXELS_BY_URL, estimate_run
from workbench.jobs.look_at_set import look_at_set
from workbench.jobs.open_set import open_set
from workbench.jobs.run_set import run_set
from workbench.jobs.specs import read_spec

LOCAL = ("127.0.0.1",)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture
def web(tmp_path):
    folder = tmp_path / "www" / "summer shoes"
    folder.mkdir(parents=True)
    handler = functools.partial(Quiet, directory=str(tmp_path / "www"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield folder, f"http://127.0.0.1:{httpd.server_port}/summer%20shoes/manifest.csv"
        httpd.shutdown()


def test_rows_are_relative_to_the_manifest_and_never_local(web, settings):
    folder, url = web
    (folder / "manifest.csv").write_text(
        "image_id,path,alpha_path\n1,a b.jpg,alpha/a.png\n2,/top.jpg,\n3,../etc/passwd,\n4,file:///etc/passwd,\n5,//[bad,\n"
    )
    plain = replace(settings, url_schemes=("http",))
    found = open_set(url, settings=plain, private_hosts=LOCAL)
    base = url.rpartition("/summer")[0]
    assert found.name == "summer shoes" and found.source == url
    assert [p.path for p in found.photos] == [
        f"{base}/summer%20shoes/a%20b.jpg", f"{base}/top.jpg", f"{base}/etc/passwd", "file:///etc/passwd",
    ]  # fmt: skip
    assert found.photos[0].alpha_path == f"{base}/summer%20shoes/alpha/a.png"
    assert [row.photo.image_id for row in found.refused] == ["5"]
    look = look_at_set(url, settings=plain, private_hosts=LOCAL)
    assert (look.images, look.remote, look.readable) == (5, 4, 0)
    guess = estimate_run(look, read_spec("cutout_only", plain), settings=plain, workers=1)
    assert guess.images == 4 and guess.seconds > 4 * MEGAPIXELS_BY_URL * 0.3


def test_the_manifest_goes_through_the_same_guards(web, settings):
    folder, url = web
    (folder / "manifest.csv").write_text("path\na.jpg\n")
    with pytest.raises(ManifestError, match="scheme 'http' is not allowed; allowed: https"):
        open_set(url, settings=settings, private_hosts=LOCAL)
    plain = replace(settings, url_schemes=("http",))
    with pytest.raises(ManifestError, match="private address"):
        open_set(url, settings=plain)
    with pytest.raises(ManifestError, match="the server answered 404"):
        open_set(url.replace("manifest.csv", "none.csv"), settings=plain, private_hosts=LOCAL)
    (folder / "list.txt").write_text("path\n")
    with pytest.raises(ManifestError, match="ends in '.txt'"):
        open_set(url.replace("manifest.csv", "list.txt"), settings=plain, private_hosts=LOCAL)


def test_a_run_by_url_fetches_delivers_and_names_what_is_missing(web, settings, small_photos):
    folder, url = web
    photo = next(small_photos.glob("*.jpg"))
    (folder / "a b.jpg").write_bytes(photo.read_bytes())
    (folder / "manifest.csv").write_text(
        "image_id,path,category\n1,a b.jpg,apparel\n2,gone.jpg,apparel\n3,file:///etc/passwd,apparel\n"
    )
    plain = replace(settings, url_schemes=("http",))
    done = run_set(url, settings=plain, spec="cutout_only", workers=1, private_hosts=LOCAL)
    assert (done.images, done.failed, done.interrupted) == (3, 2, False)
    reasons = {failed.image_id: failed.reason for failed in done.failures}
    assert "404" in reasons["2"] and "scheme 'file' is not allowed" in reasons["3"]
    with lake.open(plain, read_only=True) as store:
        (run,) = store.runs().to_dicts()
    assert run["source"] == url and run["outcome"] == "finished"
