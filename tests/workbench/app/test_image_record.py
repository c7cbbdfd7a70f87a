"""The list an image was opened from, read back from the address."""

from streamlit.testing.v1 import AppTest


def script() -> None:
    import streamlit as st

    from workbench.app.image_record import filters_of_url

    chosen, sort = filters_of_url()
    period = (chosen.until - chosen.since).days if chosen.since else None
    st.text(f"{chosen.brand} {chosen.engine} {chosen.policy} {chosen.lanes} {period} {sort}")


def said(query: dict) -> str:
    app = AppTest.from_function(script, default_timeout=100)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run().text[0].value


def test_neighbours_are_those_of_the_list_with_all_its_filters() -> None:
    opened = {"brand": "Ada", "engine": "classical", "policy": "first@2", "lane": ["auto"], "period": "28d"}
    assert said({**opened, "sort": "risk-down"}) == "Ada classical first@2 ('auto',) 28 risk-down"


def test_an_address_without_filters_or_with_nonsense_means_all() -> None:
    assert said({}).startswith("None None None () None ")
    assert said({"period": "whenever", "lane": ["nowhere"]}).startswith("None None None () None ")
