"""What is chosen just before a button is pressed counts, though the page was not drawn again in between."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.workbench.jobs.test_start_run import until
from workbench.app.data import settings
from workbench.jobs.label_job import label_jobs


def script() -> None:
    import polars as pl

    from workbench.app.labeling_bar import labeling_bar
    from workbench.jobs.label_state import ServerState

    mine = pl.DataFrame({"simulated": [True]})
    labeling_bar("mole_hair", ServerState(state="ready", words="", advice=""), mine)


@pytest.fixture
def bar(workspace: Path) -> AppTest:
    return AppTest.from_function(script, default_timeout=100).run()


def asked(bar: AppTest, button: str) -> tuple[str, dict]:
    """Press it, and read off what the job was told to do, once it ended: a freeze does, the others find no server."""
    bar.button(button).click().run()
    assert not bar.exception
    job = until(lambda: (one := label_jobs(settings())[0]).outcome and one)
    assert job.outcome in ("done", "failed"), job.words
    return job.kind, dict(job.options)


def test_a_tick_and_a_name_given_at_the_last_moment_are_frozen(bar: AppTest) -> None:
    bar.checkbox("freeze_simulated").check()
    bar.text_input("freeze_name").set_value("moles")
    assert asked(bar, "freeze_now") == ("freeze", {"name": "moles", "include_simulated": True})


def test_a_number_given_at_the_last_moment_is_pushed(bar: AppTest) -> None:
    bar.number_input("push_limit").set_value(50)
    assert asked(bar, "push_now") == ("push", {"limit": 50})


def test_strategies_chosen_at_the_last_moment_choose(bar: AppTest) -> None:
    bar.number_input("next_budget").set_value(40)
    bar.multiselect("next_strategies").set_value([])
    assert asked(bar, "next_now") == ("next", {"budget": 40, "strategies": ["random"]})
