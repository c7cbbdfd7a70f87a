"""The filters of the sidebar, kept in the URL, so that a link, a reload and a second tab show the same."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from workbench.app import data, states
from workbench.app.lane_badge import OUTCOME_WORDS
from workbench.app.period import ALL_TIME, PERIODS, bounds
from workbench.app.url_state import in_url
from workbench.charts.amounts import moment, plural
from workbench.charts.theme import LANE_LETTERS
from workbench.domain.records import LANES
from workbench.lake.aggregates import KEPT_FROM

EVERY_RUN = "every"
MORE = ("brand", "channel", "tier", "engine", "spec", "policy")  # behind a fold: few need them
# in the URL and in the session
NAMES = ("run", "period", "category", *MORE, "lane", "outcome", "find", "simulated", "simulated_set")
WORDS = {
    "brand": "Brand", "channel": "Channel", "tier": "Campaign tier", "engine": "Engine", "spec": "Spec",
    "policy": "Policy",
}  # fmt: skip
RUNS_OFFERED = 200
SLOW = (
    "Figures take minutes: nothing is stored for those of this large lake yet. The next run stores it, and so does "
    "`workbench aggregates rebuild`."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a page is narrowed to; None or empty means all.

    Simulated rows are shown one set at a time and never with real ones: ``set_id`` is theirs then, else None.
    """

    run_id: str | None = None
    set_id: str | None = None
    category: str | None = None
    brand: str | None = None
    channel: str | None = None
    tier: str | None = None
    engine: str | None = None
    spec: str | None = None
    policy: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    lanes: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    search: str | None = None
    simulated: bool = False

    def of_figures(self) -> dict[str, Any]:
        """Parameters of the queries behind figures: they count whole runs, so lanes and outcomes stay out."""
        return {
            "run_id": self.run_id, "set_id": self.set_id, "category": self.category, "since": self.since,
            "until": self.until, "include_simulated": self.simulated, **{name: getattr(self, name) for name in MORE},
        }  # fmt: skip

    def before(self) -> Filters | None:
        """The same over the period of equal length just before; None without a period."""
        if self.since is None:
            return None
        until = self.until or datetime.now(UTC)
        return replace(self, since=self.since - (until - self.since), until=self.since)

    def of_images(self) -> dict[str, Any]:
        """Parameters of the queries that list images."""
        return {
            **self.of_figures(), "lanes": self.lanes or None, "outcomes": self.outcomes or None, "search": self.search,
        }  # fmt: skip


def filters(*, images: bool = True) -> Filters:
    """Draw the filters in the sidebar and return what is chosen.

    Args:
        images: Also those that narrow a list of images: lane, outcome and search.
    """
    if data.rows("app_slow_figures", kept_from=KEPT_FROM).item():  # first: what follows is slow
        states.partial(SLOW)
    choices = data.rows("choices")
    with st.sidebar:
        above, below = st.container(), st.container()
    with below:
        set_id = _simulated_set(choices)
    choices = choices.filter(pl.col("simulated") if set_id else ~pl.col("simulated"))
    runs = _runs(set_id)
    if runs.height == 0:
        raise data.NothingYet("no run in this lake")
    categories = sorted({c for c in choices["category"].to_list() if c})
    names = {row["run_id"]: run_name(row) for row in runs.iter_rows(named=True)}
    _forget_what_is_not_here("run", names)  # after a turn of the switch
    _forget_what_is_not_here("category", categories)
    with above:
        run = in_url("run", lambda: _run_box(names), default=EVERY_RUN, allowed=names)
        period = in_url("period", _period_box, default=ALL_TIME, allowed=PERIODS)
        category = in_url("category", lambda: _category_box(categories), default=None, allowed=categories)
        more = _more(set_id)
        lanes, outcomes, search = _of_images() if images else ([], [], "")
    since, until = bounds(period)
    return Filters(
        run_id=None if run in (None, EVERY_RUN) else run, set_id=set_id, category=category, since=since, until=until,
        lanes=tuple(lanes or ()), **more,
        outcomes=tuple(outcomes or ()), search=(search or "").strip() or None, simulated=set_id is not None,
    )  # fmt: skip


def _of_images() -> tuple[list[str], list[str], str]:
    lanes = in_url("lane", _lane_pills, default=[], allowed=LANES, many=True)
    outcomes = in_url("outcome", _outcome_pills, default=[], allowed=OUTCOME_WORDS, many=True)
    return lanes, outcomes, in_url("find", _search_box, default="")


def _simulated_set(choices: pl.DataFrame) -> str | None:
    """The simulated set that is shown instead of what is real, None while the switch is off."""
    sets = choices.filter("simulated")["set_id"].unique().sort().to_list()
    if not sets or not in_url("simulated", _simulated_toggle, default=False, parse=lambda text: text == "True"):
        return None
    return sets[0] if len(sets) == 1 else in_url("simulated_set", lambda: _set_box(sets), default=sets[0], allowed=sets)


def _runs(set_id: str | None) -> pl.DataFrame:
    return data.rows("app_runs", limit=RUNS_OFFERED, include_simulated=set_id is not None, set_id=set_id)


def _forget_what_is_not_here(name: str, allowed: Container[str]) -> None:
    if st.session_state.get(name, EVERY_RUN) not in (EVERY_RUN, None) and st.session_state[name] not in allowed:
        st.session_state[name] = EVERY_RUN if name == "run" else None


def _run_box(names: Mapping[str, str]) -> str:
    words = {EVERY_RUN: "Every run, newest results", **names}
    return st.selectbox("Run", list(words), key="run", format_func=lambda run: words.get(run, run))


def _period_box() -> str:
    return st.selectbox("Period", list(PERIODS), key="period", format_func=PERIODS.get)


def _more(set_id: str | None) -> dict[str, str | None]:
    """The filters that few need, each only where there is a choice."""
    rows = data.rows("app_choices", include_simulated=set_id is not None, set_id=set_id)
    options = {name: rows.filter(pl.col("name") == name)["choice"].to_list() for name in MORE}
    offered = [name for name in MORE if len(options[name]) > 1]
    chosen: dict[str, str | None] = dict.fromkeys(MORE)
    for name in offered:
        _forget_what_is_not_here(name, options[name])
    if offered:
        with st.expander("More filters", expanded=any(name in st.query_params for name in offered)):
            for name in offered:
                box = partial(_choice_box, name, options[name])
                chosen[name] = in_url(name, box, default=None, allowed=options[name])
    return chosen


def _choice_box(name: str, options: Sequence[str]) -> str | None:
    return st.selectbox(
        WORDS[name], options, key=name, placeholder="All", format_func=lambda text: text.replace("_", " ")
    )


def _category_box(categories: Sequence[str]) -> str | None:
    return st.selectbox(
        "Category", categories, key="category", placeholder="All categories", format_func=lambda c: c.replace("_", " ")
    )


def _lane_pills() -> list[str]:
    return st.pills(
        "Lane", LANES, selection_mode="multi", key="lane", format_func=lambda lane: f"{LANE_LETTERS[lane]} {lane}"
    )


def _outcome_pills() -> list[str]:
    words = OUTCOME_WORDS.__getitem__
    return st.pills("Outcome", list(OUTCOME_WORDS), selection_mode="multi", key="outcome", format_func=words)


def _search_box() -> str:
    return st.text_input("Find", key="find", placeholder="SKU, brand, image or file", icon=":material/search:")


def _simulated_toggle() -> bool:
    return st.toggle(
        "Simulated data", key="simulated", help="Show a simulated set instead of real images; the two are never mixed"
    )


def _set_box(sets: Sequence[str]) -> str:
    return st.selectbox("Simulated set", sets, key="simulated_set")


def count_and_reset(images: int, of: int) -> None:
    """Say in the sidebar how many images the filters leave, and offer to clear them."""
    with st.sidebar, st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.html(f'<span class="wb-quiet wb-num" data-count="{images}">{plural(images, "image")} of {of:,}</span>')
        st.button("Reset", key="reset", type="tertiary", on_click=_reset, disabled=images == of)


def kept() -> dict[str, Sequence[str]]:
    """The filters as they stand in the URL, to take along to another page."""
    return {name: st.query_params.get_all(name) for name in NAMES if name in st.query_params}


def run_name(run: Mapping[str, Any]) -> str:
    """A run in a list: when it began, of which set, under which spec."""
    return f"{moment(run['started_at'])} · {set_name(run)} · {run['spec_name']}"


def set_name(run: Mapping[str, Any]) -> str:
    """Name of a run's set."""
    import json

    return (json.loads(run["options"] or "{}") or {}).get("set_name") or run["set_id"]


def runs_frame(chosen: Filters) -> pl.DataFrame:
    """The runs the filters leave, newest first."""
    runs = _runs(chosen.set_id)
    return runs if chosen.run_id is None else runs.filter(pl.col("run_id") == chosen.run_id)


def _reset() -> None:
    st.session_state["run"] = EVERY_RUN
    st.session_state["period"] = ALL_TIME
    for name in ("category", *MORE):
        st.session_state[name] = None
    st.session_state["lane"] = []
    st.session_state["outcome"] = []
    st.session_state["find"] = ""
    if "simulated" in st.session_state:
        st.session_state["simulated"] = False
