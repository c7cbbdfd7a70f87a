"""A product photo, its true matte, and a service on this machine that can be told to misbehave."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import cv2
import numpy as np
import pytest
from PIL import Image

from pipeline.cutout import Asked


@pytest.fixture(scope="session")
def product(tmp_path_factory):
    """(photo file, true alpha): a red disc on grey paper, 240 x 200 px."""
    folder = tmp_path_factory.mktemp("product")
    alpha = np.zeros((200, 240), np.uint8)
    cv2.circle(alpha, (120, 100), 60, 255, -1, cv2.LINE_AA)
    paper = np.full((200, 240, 3), 225, np.uint8)
    share = alpha[..., None] / 255
    photo = (paper * (1 - share) + np.uint8((180, 40, 30)) * share).astype(np.uint8)
    path = folder / "disc_01.jpg"
    Image.fromarray(photo).save(path, quality=95)
    return path, alpha


@pytest.fixture
def asked(product):
    return Asked(image_id="disc_01", sku="DISC-1", path=str(product[0]), pixel_limit=10_000_000)


@pytest.fixture
def cutout_bytes(product):
    """The right answer, as a service sends it."""
    photo = np.asarray(Image.open(product[0]).convert("RGB"))
    done, data = cv2.imencode(".png", cv2.merge([*cv2.split(photo[..., ::-1]), product[1]]))
    assert done
    return data.tobytes()


@pytest.fixture
def service():
    """A server whose ``answer(handler, body)`` a test sets; ``calls`` holds (headers, body) of every request."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.calls.append((dict(self.headers), body, self.path))
            server.answer(self, body)

        def say(self, status, body=b"", **headers):
            self.send_response(status)
            for name, value in {"Content-Length": len(body), **headers}.items():
                self.send_header(name.replace("_", "-"), str(value))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.calls = []
    server.released = threading.Event()
    server.url = f"http://127.0.0.1:{server.server_port}/v1.0/removebg"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.released.set()
    server.shutdown()
    server.server_close()
