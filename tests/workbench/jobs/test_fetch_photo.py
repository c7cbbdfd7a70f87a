"""URLs: fetched once, from allowed schemes and public addresses only; a real server answers on this machine."""

import http.server
import threading
from functools import partial

import pytest

from pipeline.store import Store
from workbench.domain.errors import PhotoRefused
from workbench.domain.records import Photo
from workbench.jobs.fetch_photo import fetch_photo


class Handler(http.server.BaseHTTPRequestHandler):
    asked: list[str]

    def __init__(self, asked, *args):
        self.asked = asked
        super().__init__(*args)

    def do_GET(self):
        self.asked.append(self.path)
        if self.path.startswith("/redirect"):
            self.send_response(302)
            self.send_header("Location", {"/redirect-file": "file:///etc/passwd"}.get(self.path, self.path))
            self.end_headers()
        elif self.path == "/missing.jpg":
            self.send_error(404)
        elif self.path == "/half.jpg":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"half")
        else:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"a photo")

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    asked: list[str] = []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, asked)) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{httpd.server_port}", asked
        httpd.shutdown()


def fetch(url, tmp_path, schemes=("http", "https"), private=("127.0.0.1",)):
    photo = Photo(set_id="s", image_id="i", sku="k", path=url, relative_path=url)
    return fetch_photo(photo, store=Store(tmp_path), schemes=schemes, private_hosts=private)


def test_a_photo_is_fetched_once(server, tmp_path):
    url, asked = server
    path = fetch(f"{url}/a.jpg", tmp_path)
    assert path.read_bytes() == b"a photo" and path.suffix == ".jpg"
    assert fetch(f"{url}/a.jpg", tmp_path) == path
    assert asked == ["/a.jpg"]


def test_a_local_path_is_left_alone(tmp_path):
    assert fetch("/some/photo.jpg", tmp_path).as_posix() == "/some/photo.jpg"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/missing.jpg", "the server answered 404"),
        ("/half.jpg", "4 of 1000 bytes arrived|cannot be fetched"),
        ("/redirect-file", "scheme 'file' is not allowed"),
        ("/redirect-loop", "more than 5 redirects"),
    ],
)
def test_what_the_server_does_wrong_is_said_and_nothing_is_kept(server, tmp_path, path, words):
    with pytest.raises(PhotoRefused, match=words):
        fetch(server[0] + path, tmp_path)
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]


def test_private_addresses_are_refused_before_anything_is_sent(server, tmp_path):
    url, asked = server
    with pytest.raises(PhotoRefused, match="private address 127.0.0.1"):
        fetch(f"{url}/a.jpg", tmp_path, private=())
    assert asked == []


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ftp://example.org/a.jpg", "scheme 'ftp' is not allowed"),
        ("file:///etc/passwd", "scheme 'file' is not allowed"),
        ("zip::https://example.org/a.zip", "not allowed"),
        ("http://user:secret@127.0.0.1/a.jpg", "carries a user name"),
        ("http://127.0.0.1:99999/a.jpg", "cannot be found"),
        ("http://[::1]/a.jpg", "private address"),
        ("http://169.254.169.254/latest/meta-data", "private address"),
    ],
)
def test_urls_that_are_never_fetched(url, words, tmp_path):
    with pytest.raises(PhotoRefused, match=words) as caught:
        fetch(url, tmp_path, private=())
    assert "secret" not in str(caught.value)


def test_plain_http_needs_the_setting(server, tmp_path):
    with pytest.raises(PhotoRefused, match="allowed: https"):
        fetch(server[0] + "/a.jpg", tmp_path, schemes=("https",))
