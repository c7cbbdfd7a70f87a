"""A service over HTTP of the shape remove.bg and Photoroom have: a photo goes out as a form, a PNG comes back."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urljoin, urlsplit

from pipeline.cutout import Adapter, Around, Asked, Cutout, EngineFault
from pipeline.engines.adapters._calls import Pace, back_off_s, retry_after_s
from pipeline.engines.adapters._exchange import Answer, exchange, multipart
from pipeline.open_photo import open_photo
from pipeline.read_cutout import read_cutout
from pipeline.step import param
from pipeline.stripped_photo import stripped_photo

AGAIN = (408, 425, 429, 500, 502, 503, 504)  # statuses that may be different next time
NO_KEY, NO_PHOTO = (401, 402, 403), (400, 404, 405, 406, 410, 411, 413, 414, 415, 422)
SAME_POST = (307, 308)  # redirects that repeat the form as it was
MOST_REDIRECTS = 3
_SAID = 200  # characters of an error's text that are kept


@dataclass(frozen=True, slots=True)
class Params:
    """How the service is asked. The defaults are remove.bg's."""

    url: str = param("https://api.remove.bg/v1.0/removebg", doc="where the form goes", pattern=r"https?://\S+")
    form: str = param(
        "multipart", doc="multipart: the photo is sent; url: its address is", choices=("multipart", "url")
    )
    file_field: str = param("image_file", doc="form field of the photo", pattern=r"[\w.-]+")
    url_field: str = param("image_url", doc="form field of its address", pattern=r"[\w.-]+")
    fields: tuple[str, ...] = param(("size=full", "format=png"), doc="further fields", pattern=r"[\w.-]+=[^\r\n]*")
    key_env: str = param("REMOVE_BG_API_KEY", doc="environment variable that holds the key; empty: no key is sent",
                         pattern=r"([A-Z][A-Z0-9_]*)?")  # fmt: skip
    key_header: str = param("X-Api-Key", doc="header the key goes into", pattern=r"[A-Za-z-]+")
    key_prefix: str = param("", doc='what stands before it, such as "Bearer "', pattern=r"[\w ]*")
    score_header: str = param("", doc="header with the engine's own sureness", pattern=r"[A-Za-z0-9-]*")
    score_better: str = param("none", doc="which direction of it is surer", choices=("higher", "lower", "none"))
    score_absent: float = param(-1.0, doc="the value that means: no score")
    allow_localhost: bool = param(False, doc="the service may be on this machine")
    timeout_s: float = param(60.0, doc="for one call", unit="s", low=0.05, high=600.0)
    deadline_s: float = param(180.0, doc="for one photo with all calls and waits", unit="s", low=0.1, high=3600.0)
    calls: int = param(4, doc="most calls for one photo", low=1, high=20)
    back_off_s: float = param(1.0, doc="bound of the first wait; it doubles", unit="s", low=0.001, high=60.0)
    back_off_most_s: float = param(30.0, doc="longest wait of our own", unit="s", low=0.001, high=600.0)
    per_minute: float = param(500.0, doc="most calls a minute; 0: as fast as it goes", low=0.0, high=1e6)
    at_once: int = param(4, doc="most calls at the same time", low=1, high=512)
    most_mb: int = param(100, doc="largest answer that is read", unit="MB", low=1, high=1000)
    enlarge: bool = param(False, doc="take a smaller matte of the same proportions and enlarge it")


def open_engine(params: Params, around: Around):
    """An engine that asks a service; what it returns may be called from several threads.

    Raises:
        EngineFault: No key, or an address that cannot be used.
    """
    if params.key_env and not around.key:
        raise EngineFault("no_key", f"{params.key_env} is not set", where=urlsplit(params.url).hostname)
    if params.key_env and not (around.key.isascii() and around.key.isprintable() and around.key == around.key.strip()):
        raise EngineFault("no_key", f"{params.key_env} holds what no header can carry",
                          where=urlsplit(params.url).hostname,
                          allowed="printable ASCII without spaces around it")  # fmt: skip
    return _Service(params, around)


class _Service:
    def __init__(self, params: Params, around: Around) -> None:
        self.params, self.around = params, around
        self.pace = Pace(params.per_minute)

    def __call__(self, asked: Asked) -> Cutout:
        params = self.params
        picture = open_photo(asked.path, pixel_limit=asked.pixel_limit)
        answer, calls, waited, asked_wait = self._patiently(self._form(asked))
        try:
            alpha = read_cutout(
                answer.body, picture, pixel_limit=asked.pixel_limit, where=urlsplit(params.url).hostname or "",
                enlarge=params.enlarge,
            )  # fmt: skip
        except EngineFault as fault:
            raise EngineFault(fault.kind, self._hidden(fault.found), where=fault.where, allowed=fault.allowed) from None
        name = _file_name(answer.headers.get("content-disposition", ""))
        return Cutout(
            alpha=alpha, score=self._score(answer), file=answer.body, file_name=name, calls=calls, waited_s=waited,
            asked_wait_s=asked_wait,
        )  # fmt: skip

    def _form(self, asked: Asked) -> tuple[bytes, str]:
        fields = dict(field.split("=", 1) for field in self.params.fields)
        if self.params.form == "multipart":
            photo = stripped_photo(asked.path, mark=asked.image_id, pixel_limit=asked.pixel_limit)
            return multipart(fields, (self.params.file_field, photo.name, photo.kind, photo.data))
        if asked.url is None:
            raise EngineFault("failed", "the photo lies at no address the service could fetch it from",
                              where=asked.image_id,
                              allowed='form = "multipart", or photos named by https URL')  # fmt: skip
        return multipart({**fields, self.params.url_field: asked.url}, None)

    def _patiently(self, form: tuple[bytes, str]) -> tuple[Answer, int, float, float]:
        """An answer with a picture, calling again where that can help; calls, seconds waited, and seconds asked for."""
        params = self.params
        ends, waited, asked_wait = time.monotonic() + params.deadline_s, 0.0, 0.0
        for attempt in range(params.calls):
            waited += self._pause(self.pace.wait_s(), ends)
            asked_for = None
            try:  # whatever goes wrong, the key is in no message
                answer = self._call(form, min(params.timeout_s, max(0.05, ends - time.monotonic())))
                if answer.status == 200:
                    return answer, attempt + 1, waited, asked_wait
                fault = self._refusal(answer)
                again = answer.status in AGAIN
                asked_for = retry_after_s(answer.headers.get("retry-after"))
            except EngineFault as error:
                fault = EngineFault(error.kind, self._hidden(error.found), where=error.where, allowed=error.allowed)
                again = error.kind in ("timeout", "unreachable")
            if not again or attempt + 1 == params.calls:
                raise fault
            wait = back_off_s(attempt, base_s=params.back_off_s, most_s=params.back_off_most_s)
            if asked_for is not None:  # never sooner than asked, and not all at the same moment
                wait += asked_for
                asked_wait += asked_for
            if time.monotonic() + wait >= ends:
                words = f"after {attempt + 1} calls the wait of {wait:.1f} s is longer than what is left of"
                raise EngineFault(fault.kind, f"{fault.found}; {words} {params.deadline_s:g} s", where=fault.where)
            waited += self._pause(wait, ends)
        raise AssertionError("unreachable")  # the last attempt returned or raised

    def _call(self, form: tuple[bytes, str], timeout_s: float) -> Answer:
        """One paid call; redirects of the same host are followed, to any other neither photo nor key goes."""
        params, url = self.params, urlsplit(self.params.url)
        headers = {"User-Agent": "retouch-workbench", "Accept": "image/png, image/*"}
        if params.key_env:
            headers[params.key_header] = params.key_prefix + (self.around.key or "")
        for _ in range(MOST_REDIRECTS + 1):
            self.around.purse.reserve()
            try:
                answer = exchange(
                    url, form, headers, self.around, timeout_s=timeout_s, most_bytes=params.most_mb * 1_000_000
                )
            except EngineFault as fault:
                if fault.kind in ("unreachable", "private_address"):
                    self.around.purse.give_back()
                raise
            if answer.status != 200:
                self.around.purse.give_back()  # services bill what they deliver
            if not 300 <= answer.status < 400:
                return answer
            url = self._moved(url, answer)
        raise EngineFault("redirected", f"more than {MOST_REDIRECTS} redirects", where=url.hostname)

    def _moved(self, url: SplitResult, answer: Answer) -> SplitResult:
        there = urlsplit(urljoin(url.geturl(), answer.headers.get("location", "")))
        same = (there.scheme, there.hostname, there.port) == (url.scheme, url.hostname, url.port)
        if not same or answer.status not in SAME_POST:
            raise EngineFault("redirected", f"{answer.status} to {there.hostname or 'nowhere'}", where=url.hostname,
                              allowed="an answer from the host that was asked")  # fmt: skip
        return there

    def _refusal(self, answer: Answer) -> EngineFault:
        status = answer.status
        kind = (
            "rate_limited" if status == 429 else "refused_key" if status in NO_KEY
            else "refused_photo" if status in NO_PHOTO else "server_error"
        )  # fmt: skip
        said = answer.body[:_SAID].decode("utf-8", "replace")
        said = "".join(c if c.isprintable() else " " for c in said).strip()
        found = self._hidden(f"answered {status}" + (f": {said}" if said else ""))
        return EngineFault(kind, found, where=urlsplit(self.params.url).hostname)

    def _score(self, answer: Answer) -> float | None:
        try:
            found = float(answer.headers.get(self.params.score_header.lower(), ""))
        except ValueError:
            return None
        return found if found == found and found != self.params.score_absent else None

    def _hidden(self, text: str) -> str:
        """A text without the key, whatever the service repeats of it."""
        return text.replace(self.around.key, "(key)") if self.around.key else text

    def _pause(self, seconds: float, ends: float) -> float:
        started = time.monotonic()
        wait = min(seconds, max(0.0, ends - started))
        if wait > 0 and self.around.stop.wait(wait):
            raise EngineFault("gave_up", "the pilot was stopped")
        return time.monotonic() - started


def _file_name(disposition: str) -> str | None:
    for part in disposition.split(";"):
        name, _, value = part.strip().partition("=")
        if name.lower() == "filename":
            return Path(value.strip('"')).name[:200] or None
    return None


def facts(params: Params, folder: Path) -> Mapping[str, str]:
    """A service does not say which model answers: only its address is known."""
    return {"address": params.url}


ADAPTER = Adapter(open=open_engine, params=Params, remote=True, facts=facts)
