"""Talk to a Label Studio server: with the personal token's access tokens, patiently, and saying what is unsure.

A request that only asks may be repeated as often as it takes. One that changes something is sent once; when its answer
is lost, `LostAnswer` says so and the caller reads back before it sends again.
"""

from __future__ import annotations

import contextlib
import json
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Self

from labeling.personal_token import access_token
from workbench.domain.errors import LabelingError

PATIENCE_S = 300.0  # how long a server may be away (restarting, busy) before we give up
ANSWER_S = 300.0  # an import of 2,000 tasks takes a second; beside a training, a minute
FIRST_WAIT_S, LONGEST_WAIT_S = 0.25, 15.0
PAGE = 2_000  # each page makes the server count the whole project; more would only take more memory
TASK = ("id", "data")
ANNOTATIONS = (  # of a task, and what is stored of each; all there is would take the server three times as long
    "id", "annotations", "completed_by", "result", "was_cancelled", "ground_truth", "lead_time", "created_at",
    "updated_at",
)  # fmt: skip
_TIME = "%Y-%m-%dT%H:%M:%S.%fZ"  # the only form its filters take
_FAILURES = 4  # status 500 in a row: the request itself is what it cannot digest
_BUSY = frozenset({429, 502, 503, 504})


class LostAnswer(LabelingError):
    """Something was sent and nobody knows whether it arrived."""


class Server:
    """A session with one server, closed by ``with``; for one thread.

    Args:
        url: Address, without a slash at its end.
        token: Personal token.
        patience_s: How long to wait for a server that does not answer.
        answer_s: How long one request may take.
        page: Rows asked for at a time.
        on_wait: Told in words when it waits.
    """

    def __init__(
        self, url: str, token: str, *, patience_s: float = PATIENCE_S, answer_s: float = ANSWER_S, page: int = PAGE,
        on_wait: Callable[[str], None] = lambda words: None,
    ) -> None:  # fmt: skip
        import httpx

        self.url, self.patience_s, self.page = url.rstrip("/"), patience_s, page
        self._on_wait, self._token = on_wait, token
        self.server_time: datetime | None = None  # by the server's own clock, at its last answer
        self._client = httpx.Client(base_url=self.url, timeout=httpx.Timeout(answer_s, connect=10.0), trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def get(self, path: str, **params: Any) -> Any:
        """Ask; repeated until there is an answer or patience is over.

        Raises:
            LabelingError: The server refuses, or does not answer for too long.
        """
        return self._patiently(lambda: self._send("GET", path, params=params))

    def change(self, method: str, path: str, body: Any = None, *, again: bool = False, **params: Any) -> Any:
        """Send something once, as JSON or in bytes that are; ``again`` where sending it twice does no harm.

        Raises:
            LostAnswer: The connection broke, or the server failed, after it may have been received.
            LabelingError: The server refuses.
        """

        def send() -> Any:
            return self._send(method, path, body=body, params=params)

        if again:
            return self._patiently(send)
        try:
            try:
                return send()
            except _Away:  # nothing was received; asking each time whether it is up would take it 70 ms
                self._wait_until_up()
                return send()
        except (_Away, _Unsure) as error:
            raise LostAnswer(str(error), where=f"{self.url}{path}") from error

    def tasks(
        self, project_id: int, *, after_id: int = 0, updated_since: datetime | None = None,
        fields: Sequence[str] = (),
    ) -> Iterator[list[dict[str, Any]]]:  # fmt: skip
        """Pages of tasks by rising id; a task that changes meanwhile is not skipped.

        Always the first page of what follows the last id seen: nothing shifts when tasks come or go. ``fields`` names
        what is wanted of a task and of what hangs on it, ``id`` among it; without it everything comes, slowly.
        """
        # "review" spares the server sums over each task's annotations that nobody asked for
        wanted = {"include": ",".join(dict.fromkeys(fields)), "review": "true"} if fields else {}
        if not fields or "annotations" in fields:
            wanted["fields"] = "all"
        while True:
            items = [_filter("id", "greater", after_id, "Number")]
            if updated_since is not None:
                items.append(
                    _filter("updated_at", "greater", updated_since.astimezone(UTC).strftime(_TIME), "Datetime")
                )
            query = {"filters": {"conjunction": "and", "items": items}, "ordering": ["tasks:id"]}
            try:
                answer = self.get(
                    "/api/tasks/", project=project_id, page=1, page_size=self.page, resolve_uri="false",
                    query=json.dumps(query), **wanted,
                )  # fmt: skip
            except LabelingError as error:
                raise LabelingError(f"tasks cannot be listed: {error.found}", where=error.where) from error
            found = answer["tasks"]
            if found:
                yield found
            if len(found) < self.page:
                return
            after_id = found[-1]["id"]

    def pages(self, path: str, **params: Any) -> Iterator[dict[str, Any]]:
        """Everything a paged list holds."""
        number = 1
        while True:
            answer = self.get(path, page=number, page_size=self.page, **params)
            rows = answer if isinstance(answer, list) else answer["results"]
            yield from rows
            if isinstance(answer, list) or not answer.get("next"):
                return
            number += 1

    def _wait_until_up(self) -> None:
        self._patiently(lambda: self._send("GET", "/health", params={}, signed=False))

    def _patiently(self, action: Callable[[], Any]) -> Any:
        end, wait_s, failures = time.monotonic() + self.patience_s, FIRST_WAIT_S, 0
        while True:
            try:
                return action()
            except (_Away, _Unsure) as error:
                failures += isinstance(error, _Failed)
                if time.monotonic() + wait_s > end or failures >= _FAILURES:
                    raise LabelingError(
                        f"no usable answer ({error})", where=self.url,
                        allowed="a running server: `workbench label doctor` says what is wrong",
                    ) from error  # fmt: skip
                self._on_wait(f"{error}; again in {wait_s:.1f} s")
                time.sleep(wait_s * random.uniform(0.7, 1.3))  # several pushers do not come back in step
                wait_s = min(wait_s * 2, LONGEST_WAIT_S)

    def _send(self, method: str, path: str, *, body: Any = None, params: Mapping[str, Any], signed: bool = True) -> Any:
        import httpx

        try:
            if signed and "Authorization" not in self._client.headers:
                self._sign()
            answer = self._client.request(method, path, params=dict(params) or None, **_content_of(body))
            if answer.status_code == 401 and signed:  # the access token ran out; a revoked one fails in _sign
                self._sign()
                answer = self._client.request(method, path, params=dict(params) or None, **_content_of(body))
        except httpx.ConnectError as error:
            raise _Away(f"not reached: {error}") from error
        except (httpx.TransportError, httpx.HTTPStatusError) as error:
            raise _Unsure(f"the connection broke: {error!r}") from error
        with contextlib.suppress(KeyError, ValueError):
            self.server_time = parsedate_to_datetime(answer.headers["Date"])
        return _content(answer, f"{self.url}{path}")

    def _sign(self) -> None:
        self._client.headers["Authorization"] = f"Bearer {access_token(self.url, self._token)}"


class _Away(Exception):
    """Nothing was received."""


class _Unsure(Exception):
    """Something may have been received."""


class _Failed(_Unsure):
    """It was received, and the server failed over it."""


def _content_of(body: Any) -> dict[str, Any]:
    if isinstance(body, bytes):
        return {"content": body, "headers": {"Content-Type": "application/json"}}
    return {"json": body}


def _content(answer: Any, where: str) -> Any:
    status, text = answer.status_code, answer.text
    if status in _BUSY or (status == 500 and "locked" in text):
        raise _Unsure(f"the server is busy (status {status})")
    if status >= 500:
        raise _Failed(f"the server failed (status {status}): {_words(text)}")
    if status >= 400:
        allowed = "what this account may see and do" if status in (401, 403, 404) else None
        raise LabelingError(f"refused with status {status}: {_words(text)}", where=where, allowed=allowed)
    return answer.json() if text and "json" in answer.headers.get("Content-Type", "") else None


def _words(text: str) -> str:
    try:
        said = json.loads(text)
    except ValueError:
        return " ".join(text.split())[:200]
    detail = said.get("validation_errors") or said.get("detail") if isinstance(said, dict) else said
    return str(detail or said)[:400]


def _filter(name: str, operator: str, value: Any, kind: str) -> dict[str, Any]:
    return {"filter": f"filter:tasks:{name}", "operator": operator, "type": kind, "value": value}
