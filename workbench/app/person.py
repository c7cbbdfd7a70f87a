"""Who is at the screen: from the sign-in where there is one, else a name asked once on this machine."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from html import escape
from urllib.parse import quote, unquote

import streamlit as st

from workbench.app.data import settings
from workbench.app.sign_in import address
from workbench.domain.roles import Action, Role, may

COOKIE = "workbench_name"  # of the name given on this machine; a sign-in keeps its own
LONGEST_NAME = 60
_KEPT = "_person_name"
_ONE_YEAR_S = 31_536_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who works here; ``id`` is what the lake keeps beside a verdict."""

    id: str
    name: str
    role: Role

    def may(self, action: Action) -> bool:
        """Whether their role allows it."""
        return may(self.role, action)


def person() -> Person:
    """Who is at the screen; a page that needs to know asks here, and stops until it is told."""
    found = person_if_known()
    if found is None:
        _ask()
        st.stop()
    return found


def person_if_known() -> Person | None:
    """Who is at the screen, None while nobody has said so."""
    if settings().sign_in_file is not None:
        return _signed_in()
    name = st.session_state.get(_KEPT) or _clean(unquote(st.context.cookies.get(COOKIE, "")))
    return Person(id=person_id(name), name=name, role=settings().people.role_of(person_id(name))) if name else None


def role() -> Role:
    """The role that holds now, also for somebody without a name yet."""
    found = person_if_known()
    return found.role if found else settings().people.role_of(None)


def person_id(name: str) -> str:
    """The id of a name given on this machine: the same for "Ann Lee", "ann lee" and "Ann  Lée"."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.casefold()).strip("-") or quote(name.casefold(), safe="")


def person_box() -> None:
    """Say in the sidebar who is at the screen, and let them change it or sign out."""
    found = person_if_known()
    with st.sidebar, st.container(key="person"):
        if found is None:
            return
        with st.popover(found.name, icon=":material/person:", type="tertiary", width="stretch"):
            st.html(f"<b>{escape(found.name)}</b><div class='wb-quiet'>{escape(found.role)}</div>")
            if settings().sign_in_file is not None:
                st.button("Sign out", on_click=st.logout, key="sign_out")
            else:
                _name_form("Work under another name", key="other_name", value=found.name)
    _remember()


def gate() -> bool:
    """Whether the app may be shown: always without a sign-in, else only to somebody who has signed in."""
    if settings().sign_in_file is None or _signed_in() is not None:
        return True
    with st.container(key="state_sign_in"):
        st.html('<div class="wb-state"><h2>Retouch Workbench</h2><p>Sign in to see your images.</p></div>')
        if getattr(st.user, "is_logged_in", False):  # known to the provider, not listed here
            st.html(
                f'<div class="wb-partial" role="alert">You are signed in as {escape(address(st.user))}, but nobody has '
                "given you a role here. Ask whoever looks after the workbench.</div>"
            )
            st.button("Sign out", on_click=st.logout, key="sign_out")
        else:
            st.button("Sign in", type="primary", on_click=_login, key="sign_in")
    return False


def _login() -> None:
    auth = settings().sign_in()["auth"]
    providers = [name for name, value in auth.items() if isinstance(value, dict)]
    st.login(*providers[:1])


def _signed_in() -> Person | None:
    if not getattr(st.user, "is_logged_in", False):
        return None
    known, people = address(st.user), settings().people
    found = people.role_of(known) if known else None
    if found is None:
        return None
    return Person(id=known, name=_clean(str(st.user.get("name") or "")) or known, role=found)


def _ask() -> None:
    with st.container(key="state_name"):
        st.html(
            '<div class="wb-state"><h2>Who is working here?</h2><p>Every verdict carries the name of the person who '
            "gave it. It is asked once on this machine and can be changed in the sidebar.</p></div>"
        )
        _name_form("Start", key="first_name", value="")
    _remember()


def _name_form(words: str, *, key: str, value: str) -> None:
    with st.form(key, border=False):
        given = st.text_input("Your name", value=value, max_chars=LONGEST_NAME, key=f"{key}_text")
        if st.form_submit_button(words, type="primary"):
            if _clean(given):
                st.session_state[_KEPT] = _clean(given)
                st.rerun()
            st.html('<div class="wb-partial" role="alert">A name needs at least one letter.</div>')


def _remember() -> None:
    """Keep the name for the next visit of this browser."""
    name = st.session_state.get(_KEPT)
    if name and name != unquote(st.context.cookies.get(COOKIE, "")):
        cookie = f"{COOKIE}={quote(name, safe='')}; path=/; max-age={_ONE_YEAR_S}; samesite=strict"
        _cookie()(key="remember_name", data={"cookie": cookie}, height=1)


@st.cache_resource
def _cookie():
    js = "export default ({ data }) => { document.cookie = data.cookie; };"
    return st.components.v2.component("workbench.remember_name", html="<span hidden></span>", js=js)


def _clean(name: str) -> str:
    kept = "".join(c for c in name if unicodedata.category(c)[0] != "C")
    name = " ".join(kept.split())[:LONGEST_NAME]
    return name if any(c.isalnum() for c in name) else ""
