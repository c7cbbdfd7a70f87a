"""Widget values live in the address."""

from streamlit.testing.v1 import AppTest


def script() -> None:
    import streamlit as st

    from workbench.app.url_state import in_url

    lanes = in_url("lane", lambda: st.pills("Lane", ["a", "b", "c"], selection_mode="multi", key="lane"),
                   default=[], allowed=["a", "b", "c"], many=True)  # fmt: skip
    sort = in_url(
        "sort", lambda: st.selectbox("Sort", ["new", "old"], key="sort"), default="new", allowed=["new", "old"]
    )
    page = in_url("page", lambda: st.number_input("Page", key="page", step=1), default=1, parse=int)
    st.text(f"{lanes} {sort} {page}")


def run(query: dict | None = None) -> AppTest:
    app = AppTest.from_function(script, default_timeout=100)
    for name, value in (query or {}).items():
        app.query_params[name] = value
    return app.run()


def test_the_address_sets_the_widgets() -> None:
    app = run({"lane": ["b", "c"], "sort": "old", "page": "3"})
    assert app.text[0].value == "['b', 'c'] old 3"
    assert app.query_params["lane"] == ["b", "c"]


def test_defaults_are_not_written() -> None:
    app = run()
    assert app.text[0].value == "[] new 1"
    assert dict(app.query_params) == {}


def test_a_choice_is_written_and_taken_back() -> None:
    app = run()
    app.selectbox[0].set_value("old").run()
    assert app.query_params["sort"] == "old"
    app.selectbox[0].set_value("new").run()
    assert "sort" not in app.query_params


def test_values_that_are_not_offered_are_ignored() -> None:
    app = run({"lane": ["z", "a"], "sort": "<script>", "page": "many"})
    assert app.text[0].value == "['a'] new 1"
    assert not app.exception


def test_a_new_address_wins_over_the_widget() -> None:
    app = run({"sort": "old"})
    app.query_params["sort"] = "new"
    assert app.run().text[0].value == "[] new 1"


def test_code_may_set_the_widget() -> None:
    app = run({"sort": "old"})
    app.session_state["sort"] = "new"
    app.run()
    assert app.text[0].value == "[] new 1"
    assert "sort" not in app.query_params
