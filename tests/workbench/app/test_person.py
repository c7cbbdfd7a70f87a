"""Names given on this machine become ids; roles decide what may be done."""

import pytest

from workbench.app.person import person_id
from workbench.domain.roles import MAY, ROLES, may


@pytest.mark.parametrize("name", ["Ann Lee", "ann lee", " Ann  Lée ", "ANN-LEE"])
def test_one_person_has_one_id_however_they_write_it(name):
    assert person_id(name) == "ann-lee"


def test_names_in_other_scripts_have_ids_of_their_own():
    ids = {person_id(name) for name in ("Łukasz", "小林", "Мария", "محمد")}
    assert len(ids) == 4 and all(ids)


def test_a_viewer_may_only_look_and_a_lead_may_do_all():
    assert not any(may("viewer", action) for action in MAY)
    assert all(may("lead", action) for action in MAY)
    assert {role for role in ROLES if may(role, "judge")} == {"retoucher", "lead"}
