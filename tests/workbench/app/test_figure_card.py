"""A card's face: absence is words, texts are escaped, simulated data is marked."""

from workbench.app.figure_card import Figure, _face


def test_no_data_is_words_not_zero() -> None:
    face = _face(Figure(key="k", label="Rework", value=None, note="no reviews yet", definition="d"))
    assert "no data yet" in face and "no reviews yet" in face
    assert ">0<" not in face


def test_texts_are_escaped() -> None:
    face = _face(Figure(key='"><b>', label="<i>", value="<img>", note="<br>", change="<u>", definition="d"))
    assert "<img>" not in face and "<i>" not in face and "<u>" not in face and "<b>" not in face


def test_simulated_figures_carry_the_badge() -> None:
    assert "simulated" in _face(Figure(key="k", label="l", value="1", definition="d", simulated=True))
    assert "simulated" not in _face(Figure(key="k", label="l", value="1", definition="d"))


def test_target_change_and_spark_are_shown() -> None:
    face = _face(Figure(key="k", label="l", value="1", target="≤ 5%", change="+1", spark=(1, 2), definition="d"))
    assert "target ≤ 5%" in face and "+1" in face and "<polyline" in face
