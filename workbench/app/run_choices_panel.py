"""What shall be done to the set: spec, policy, workers; in words, with an estimate, and the button that starts it."""

from __future__ import annotations

import os
from html import escape

import streamlit as st

from pipeline.spec import Spec
from workbench.app import data
from workbench.app.data import settings
from workbench.app.lane_badge import lane_badge
from workbench.app.page_head import part_head
from workbench.app.run_person import asker, may_start
from workbench.app.run_source import Chosen, checked_source
from workbench.app.table import Html, table
from workbench.app.url_state import in_url
from workbench.charts.amounts import count, duration, file_size, plural
from workbench.domain.errors import WorkbenchError
from workbench.jobs.estimate_run import Estimate, estimate_run
from workbench.jobs.look_at_set import SetLook
from workbench.jobs.policies import policy_names, read_policy
from workbench.jobs.specs import read_spec, spec_catalogue
from workbench.jobs.start_run import Choices, start_run
from workbench.routing.policy import DEFAULT_POLICY, Policy
from workbench.routing.policy_words import policy_in_words

DEFAULT_SPEC = "marketplace_white"
MOST_WORKERS = 256


def run_choices_panel(chosen: Chosen | None, look: SetLook | None) -> None:
    """Draw the panel; a click on Start begins the run and draws the page again."""
    usable = spec_catalogue(settings()).drop_nulls("hash")  # a broken one is shown, and put right, on Specs
    titles = dict(usable.select("name", "title").iter_rows())
    spec_name = in_url("run_spec", lambda: st.selectbox(
        "Spec", list(titles), key="run_spec", format_func=lambda name: f"{titles[name]} · {name}"),
        default=DEFAULT_SPEC, allowed=titles)  # fmt: skip
    spec = read_spec(spec_name, settings())
    st.html(f"<div>{escape(spec.description)}</div>")
    with st.expander(f"{plural(len(spec.steps), 'step')}, {plural(len(spec.checks), 'check')}, what is delivered"):
        _spec(spec)
    names = policy_names(settings())
    policy_name = in_url("run_policy", lambda: st.selectbox(
        "Policy", names, key="run_policy", format_func=_policy_title),
        default=DEFAULT_POLICY, allowed=names)  # fmt: skip
    policy = read_policy(policy_name, settings())
    st.html(f"<div>{escape(policy.description)}</div>")
    with st.expander("What the policy does, rule by rule"):
        _policy(policy)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        cores = os.cpu_count() or 1
        workers = st.number_input(
            "Workers", 1, MOST_WORKERS, cores, key="workers", width=130,
            help=f"Processes at once. This machine has {plural(cores, 'core')}; more than that is not faster.",
        )  # fmt: skip
        limit = st.number_input(
            "Only the first", 1, None, None, key="limit", width=150, placeholder="all images",
            help="For a trial: so many images, in manifest order.",
        )  # fmt: skip
    guess = _estimate(look, spec, int(workers), limit) if look is not None else None
    _start(chosen, look, guess, Choices(
        source=chosen.source, set_name=chosen.set_name, spec=spec_name, policy=policy_name, workers=int(workers),
        limit=None if limit is None else int(limit)) if chosen else None)  # fmt: skip


def _spec(spec: Spec) -> None:
    steps = "".join(f"<span>{escape(use.name.replace('_', ' '))}</span> " for use in spec.steps)
    checks = ", ".join(use.name.replace("_", " ") for use in spec.checks) or "none"
    files = ", ".join(use.name.replace("_", " ") for use in spec.files) or "none"
    st.html(
        f'<div class="wb-steps-line">{steps}</div><div class="wb-limits">Checks: {escape(checks)}.<br>Files: '
        f'{escape(files)}.</div><a class="wb-more" href="specs?spec={escape(spec.name, quote=True)}" '
        'target="_self">Read it whole</a>'
    )


def _policy_title(name: str) -> str:
    policy = read_policy(name, settings())
    return f"{policy.title} · {policy.name}@{policy.version}"


def _policy(policy: Policy) -> None:
    words = policy_in_words(policy)
    rows = [(Html(lane_badge(rule.lane)), rule.when, f"at least {rule.lane}: {rule.why}") for rule in words.rules]
    st.html(table(("", "When", "Then"), rows, keep=(0,)))
    limits = [(limit.category, f"{limit.max_risk:.2f}", f"{limit.max_check_risk:.2f}") for limit in words.limits]
    st.html(table(("Risk limits", "untouched up to", "a check up to"), limits, right=(1, 2)))
    st.html(f'<div class="wb-limits">The strictest rule wins; above both limits: manual. {escape(words.audit)}</div>')


def _estimate(look: SetLook, spec: Spec, workers: int, limit: float | None) -> Estimate:
    try:
        at = data.snapshot()
    except data.NothingYet:
        at = -1
    key = (look.source, look.images, spec.hash, workers, limit, at, id(look))
    if st.session_state.get("_estimated", (None,))[0] != key:
        st.session_state["_estimated"] = (
            key,
            estimate_run(look, spec, settings=settings(), workers=workers, limit=limit),
        )
    guess: Estimate = st.session_state["_estimated"][1]
    with st.container(key="panel_estimate"):
        part_head("Estimate", f"{plural(guess.images, 'image')} to compute, {count(guess.reused)} reused")
        disk = [file_size(int(b)) for b in (guess.bytes_low, guess.bytes, guess.bytes_high)]
        room = f"{disk[0]} to {disk[2]}; {file_size(guess.bytes_free)} free"
        if not guess.bytes:
            disk[1], room = "nothing", f"of {file_size(guess.bytes_free)} free"
        span = f"{duration(guess.seconds_low)} to {duration(guess.seconds_high)}"
        st.html(
            f"<div class='wb-estimate'><div><b class='wb-num'>{duration(guess.seconds)}</b>"
            f"<span>{span} with {plural(guess.workers, 'worker')}</span></div>"
            f"<div><b class='wb-num'>{disk[1]}</b><span>{room}</span></div></div>"
            f'<div class="wb-quiet">Rests on {escape(guess.rests_on)}.</div>'
        )
        if not guess.fits:
            words = "The disk may not hold this run. A run that meets a full disk stops and can be resumed."
            st.html(f'<div class="wb-partial wb-run-trouble" role="alert">{words}</div>')
    return guess


def _start(chosen: Chosen | None, look: SetLook | None, guess: Estimate | None, choices: Choices | None) -> None:
    if not may_start():
        words = "You may look at everything here; starting a run is for retouchers, managers and leads."
        st.html(f'<div class="wb-partial" role="status">{words}</div>')
    ready = may_start() and choices is not None and look is not None
    many = "" if guess is None else f" {plural(min(look.images, choices.limit or look.images), 'image')}"
    if st.button(f"Start{many}", type="primary", key="start", icon=":material/play_arrow:", disabled=not ready):
        try:
            checked_source(chosen)
            with st.spinner("Starting the run", show_time=True):
                start_run(choices, settings=settings(), by=asker())
        except WorkbenchError as problem:
            words = f"The run was not started. {problem}"
            st.html(f'<div class="wb-partial wb-run-trouble" role="alert">{escape(words)}</div>')
            return
        st.rerun()
