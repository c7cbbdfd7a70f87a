"""The HTTP adapter against a real server that behaves, misbehaves, and hangs."""

import http.client
import io
import threading
import time
from functools import partial

import cv2
import numpy as np
import pytest
from PIL import Image

from pipeline.cutout import Around, EngineFault
from pipeline.engines.adapters._calls import Pace, back_off_s, retry_after_s
from pipeline.engines.adapters.http_api import Params, open_engine
from workbench.jobs.checked_connection import checked_connection

KEY = "secret-4711-key"


class Purse:
    def __init__(self):
        self.spent = 0

    def reserve(self):
        self.spent += 1

    def give_back(self):
        self.spent -= 1


def engine(service, *, key=KEY, purse=None, private=("127.0.0.1",), **params):
    quick = {"timeout_s": 30.0, "deadline_s": 60.0, "back_off_s": 0.01, "back_off_most_s": 0.02, "per_minute": 0.0}
    around = Around(connect=partial(connect, private), key=key, purse=purse or Purse())
    return open_engine(Params(url=service.url, allow_localhost=True, **(quick | params)), around)


def connect(private, url, timeout_s):
    return checked_connection(url, timeout_s=timeout_s, private_hosts=private)


def test_a_photo_goes_out_and_its_matte_comes_back(service, asked, product, cutout_bytes):
    service.answer = lambda h, body: h.say(
        200, cutout_bytes, x_uncertainty_score="0.25", Content_Disposition='attachment; filename="disc_01.png"'
    )
    purse = Purse()
    found = engine(service, purse=purse, score_header="x-uncertainty-score", score_better="lower")(asked)
    assert np.abs(found.alpha * 255 - product[1]).max() < 0.5
    assert (found.score, found.calls, found.file_name, purse.spent) == (0.25, 1, "disc_01.png", 1)
    headers, body, path = service.calls[0]
    assert headers["X-Api-Key"] == KEY and path == "/v1.0/removebg"
    assert b'name="image_file"; filename="disc_01.jpg"' in body and b'name="size"\r\n\r\nfull' in body


def test_no_score_is_none_not_a_number(service, asked, cutout_bytes):
    service.answer = lambda h, body: h.say(200, cutout_bytes, x_uncertainty_score="-1")
    assert engine(service, score_header="x-uncertainty-score", score_better="lower")(asked).score is None


def inverted(data):
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    pixels[..., 3] = 255 - pixels[..., 3]
    return cv2.imencode(".png", pixels)[1].tobytes()


def webp(data, **how):
    held = io.BytesIO()
    Image.open(io.BytesIO(data)).save(held, "WEBP", **how)
    return held.getvalue()


def smaller(data):
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    return cv2.imencode(".png", cv2.resize(pixels, (120, 100)))[1].tobytes()


def opaque(data):
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    return cv2.imencode(".png", pixels[..., :3])[1].tobytes()


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("not_a_picture", lambda data: b"<!DOCTYPE html><html>Maintenance</html>"),
        ("not_a_picture", lambda data: b""),
        ("broken_file", lambda data: data[: len(data) // 2]),
        ("other_size", smaller),
        ("inverted", inverted),
        ("no_alpha", opaque),
        ("no_alpha", lambda data: webp(opaque(data))),
        ("broken_file", lambda data: webp(data)[:-40]),
        ("not_a_picture", lambda data: b"RIFF\x24\0\0\0WAVEfmt " + bytes(40)),
    ],
)
def test_an_answer_that_is_no_cutout_is_named(service, asked, cutout_bytes, kind, change):
    service.answer = lambda h, body: h.say(200, change(cutout_bytes))
    with pytest.raises(EngineFault) as caught:
        engine(service)(asked)
    assert caught.value.kind == kind


@pytest.mark.parametrize("lossless", [True, False])
def test_a_webp_with_alpha_is_taken(service, asked, product, cutout_bytes, lossless):
    sent = webp(cutout_bytes, lossless=lossless, quality=80)
    service.answer = lambda h, body: h.say(200, sent)
    found = engine(service)(asked)
    assert np.abs(found.alpha * 255 - product[1]).max() < 0.5  # the colours may suffer, the alpha does not
    assert found.file == sent


def test_a_smaller_matte_is_taken_where_that_is_asked_for(service, asked, product, cutout_bytes):
    service.answer = lambda h, body: h.say(200, smaller(cutout_bytes))
    alpha = engine(service, enlarge=True)(asked).alpha
    assert alpha.shape == product[1].shape and np.abs(alpha * 255 - product[1]).mean() < 3


def test_half_an_answer_with_its_whole_length_promised(service, asked, cutout_bytes):
    def half(h, body):
        h.send_response(200)
        h.send_header("Content-Length", str(len(cutout_bytes)))
        h.end_headers()
        h.wfile.write(cutout_bytes[: len(cutout_bytes) // 2])

    service.answer = half
    with pytest.raises(EngineFault) as caught:
        engine(service)(asked)
    assert caught.value.kind == "broken_file"


def test_429_is_waited_for_as_long_as_asked(service, asked, cutout_bytes):
    def first_busy(h, body):
        h.say(429, b"busy", Retry_After=1) if len(service.calls) == 1 else h.say(200, cutout_bytes)

    service.answer = first_busy
    purse = Purse()
    found = engine(service, purse=purse)(asked)
    assert found.calls == 2 and found.waited_s >= 1.0
    assert purse.spent == 1  # what was turned away is not paid


def test_429_for_ever_ends_after_the_calls_allowed(service, asked):
    service.answer = lambda h, body: h.say(429, b"busy")
    purse = Purse()
    with pytest.raises(EngineFault) as caught:
        engine(service, purse=purse, calls=3)(asked)
    assert (caught.value.kind, len(service.calls), purse.spent) == ("rate_limited", 3, 0)


def test_429_that_asks_for_ten_minutes_is_not_waited_for(service, asked):
    service.answer = lambda h, body: h.say(429, b"busy", Retry_After=600)
    started = time.monotonic()
    with pytest.raises(EngineFault, match="longer than what is left") as caught:
        engine(service)(asked)
    assert caught.value.kind == "rate_limited" and len(service.calls) == 1
    assert time.monotonic() - started < 60  # a busy machine takes its time, but nobody waited for ten minutes


def test_a_wrong_key_is_not_tried_again_and_never_repeated(service, asked):
    service.answer = lambda h, body: h.say(403, b'{"errors":[{"title":"API Key %b invalid"}]}' % KEY.encode())
    with pytest.raises(EngineFault) as caught:
        engine(service)(asked)
    assert caught.value.kind == "refused_key" and len(service.calls) == 1
    assert KEY not in str(caught.value) and "(key)" in str(caught.value)


@pytest.mark.parametrize("key", [None, "", "two\nlines", "spaced "])
def test_a_missing_or_unusable_key_calls_nobody(service, key):
    with pytest.raises(EngineFault) as caught:
        engine(service, key=key)
    assert caught.value.kind == "no_key" and not service.calls
    assert not key or key not in str(caught.value)


def test_neither_photo_nor_key_follow_a_redirect_to_another_host(service, asked):
    service.answer = lambda h, body: h.say(307, b"", Location=f"http://localhost:{service.server_port}/elsewhere")
    with pytest.raises(EngineFault) as caught:
        engine(service, private=("127.0.0.1", "localhost"))(asked)
    assert caught.value.kind == "redirected" and len(service.calls) == 1


def test_a_redirect_on_the_same_host_is_followed(service, asked, cutout_bytes):
    def moved(h, body):
        h.say(200, cutout_bytes) if h.path == "/v2" else h.say(308, b"", Location="/v2")

    service.answer = moved
    assert engine(service)(asked).alpha.shape == (200, 240)
    assert [path for _, _, path in service.calls] == ["/v1.0/removebg", "/v2"]


def test_redirects_in_a_circle_end(service, asked):
    service.answer = lambda h, body: h.say(307, b"", Location="/v1.0/removebg")
    with pytest.raises(EngineFault) as caught:
        engine(service)(asked)
    assert caught.value.kind == "redirected" and len(service.calls) == 4


def test_an_answer_without_end_is_read_up_to_a_bound(service, asked):
    def endless(h, body):
        h.send_response(200)
        h.end_headers()
        try:
            while not service.released.is_set():
                h.wfile.write(b"\0" * 100_000)
        except OSError:
            service.hung_up = True

    service.hung_up = False
    service.answer = endless
    with pytest.raises(EngineFault) as caught:
        engine(service, most_mb=1)(asked)
    assert caught.value.kind == "too_large"


def test_two_promised_gigabytes_are_not_read(service, asked):
    def huge(h, body):
        h.send_response(200)
        h.send_header("Content-Length", str(2_000_000_000))
        h.end_headers()
        service.released.wait(5)

    service.answer = huge
    with pytest.raises(EngineFault) as caught:
        engine(service)(asked)
    assert caught.value.kind == "too_large"


@pytest.mark.parametrize("drip", [False, True])
def test_a_service_that_hangs_is_hung_up_on(service, asked, drip):
    """Also one that sends a byte now and then, before which a socket's own timeout begins anew."""

    def hang(h, body):
        h.wfile.write(b"HTTP/1.0 200 OK\r\nX-Slow: ")
        try:
            while not service.released.wait(0.05):
                if drip:
                    h.wfile.write(b"x")
        except OSError:
            return

    service.answer = hang
    started = time.monotonic()
    purse = Purse()
    with pytest.raises(EngineFault) as caught:
        engine(service, timeout_s=0.3, calls=2, purse=purse)(asked)
    assert caught.value.kind == "timeout" and time.monotonic() - started < 60
    assert purse.spent == 2  # whether it was billed is not known: it counts


def test_server_errors_are_tried_again_and_then_named(service, asked):
    service.answer = lambda h, body: h.say(503, b"down")
    with pytest.raises(EngineFault, match="answered 503: down") as caught:
        engine(service, calls=2)(asked)
    assert caught.value.kind == "server_error" and len(service.calls) == 2


def test_a_photo_that_is_refused_is_not_tried_again(service, asked):
    service.answer = lambda h, body: h.say(400, b"could not identify foreground")
    with pytest.raises(EngineFault) as caught:
        engine(service)(asked)
    assert caught.value.kind == "refused_photo" and len(service.calls) == 1


def test_a_private_address_is_refused_unless_allowed(service, asked):
    with pytest.raises(EngineFault) as caught:
        engine(service, private=())(asked)
    assert caught.value.kind == "private_address" and not service.calls


def test_nobody_there(service, asked):
    service.url = "http://127.0.0.1:9/x"
    with pytest.raises(EngineFault) as caught:
        engine(service, calls=1)(asked)
    assert caught.value.kind == "unreachable"


def test_a_budget_stops_before_the_call(service, asked):
    class Empty(Purse):
        def reserve(self):
            raise EngineFault("gave_up", "the budget is spent")

    with pytest.raises(EngineFault, match="budget"):
        engine(service, purse=Empty())(asked)
    assert not service.calls


def test_the_url_form_sends_an_address_only(service, asked, cutout_bytes):
    import dataclasses

    service.answer = lambda h, body: h.say(200, cutout_bytes)
    engine(service, form="url")(dataclasses.replace(asked, url="https://dam.example/disc.jpg"))
    assert b"https://dam.example/disc.jpg" in service.calls[0][1] and b"\xff\xd8" not in service.calls[0][1]
    with pytest.raises(EngineFault, match="no address"):
        engine(service, form="url")(asked)


def test_the_rate_is_kept_by_all_threads_together():
    pace = Pace(60 * 100)  # one every 10 ms
    goes, begun = [], time.monotonic()

    def take_a_place() -> None:
        wait = pace.wait_s()
        goes.append(time.monotonic() + wait)

    threads = [threading.Thread(target=take_a_place) for _ in range(20)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert max(goes) - begun >= 19 * 0.010  # each at its own place, however slowly the threads came


def test_waits_grow_differ_and_are_bounded():
    drawn = [[back_off_s(n, base_s=1.0, most_s=8.0) for _ in range(200)] for n in range(6)]
    assert all(0 <= wait <= min(8.0, 2.0**n) for n, row in enumerate(drawn) for wait in row)
    assert max(drawn[0]) < max(drawn[2]) and len(set(drawn[3])) > 150


@pytest.mark.parametrize(("header", "seconds"), [("7", 7), (None, None), ("soon", None), ("-3", None), ("9" * 30, 1e9)])
def test_retry_after_in_seconds(header, seconds):
    assert retry_after_s(header) == seconds


def test_retry_after_as_a_date():
    from email.utils import formatdate

    assert 25 < retry_after_s(formatdate(time.time() + 30, usegmt=True)) <= 30
    assert retry_after_s(formatdate(time.time() - 30, usegmt=True)) == 0.0


def test_the_connection_is_what_http_client_gives(service):
    from urllib.parse import urlsplit

    opened = checked_connection(urlsplit(service.url), timeout_s=1.0, private_hosts=("127.0.0.1",))
    assert isinstance(opened, http.client.HTTPConnection)
    opened.close()
