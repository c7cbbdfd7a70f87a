"""Policies: every mistake is named with its place, what is allowed and the nearest match."""

import pytest

from workbench.domain.errors import PolicyError
from workbench.routing.policy import load_policy, parse_policy

GOOD = """
name = "mine"
version = 3
title = "Mine"
description = "For tests."
[max_risk]
default = 0.1
glassware = 0.05
[[rules]]
rule = "r"
lane = "senior"
words = "w"
categories = ["glassware"]
"""


def test_a_good_policy_is_read():
    policy = parse_policy(GOOD, where="mine.toml")
    assert policy.limit("glassware") == 0.05 and policy.limit("apparel") == 0.1 == policy.limit(None)
    assert policy.audit_share == 0.1 and policy.hold is False and policy.check_limit("apparel") == 1.0
    assert policy.rules[0].categories == ("glassware",) and len(policy.hash) == 64


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "default = 0.1",
            "default = 1.2",
            r"mine.toml, line 7, max_risk.default: is 1.2; allowed: a number from 0 to 1",
        ),
        ("default = 0.1", "", "default is missing"),
        ("glassware = 0.05", "glasware = 0.05", "mine.toml, line 8, .*did you mean 'glassware'"),
        ('["glassware"]', '["shoes"]', "mine.toml, line 13, rule 1.categories: categories names 'shoes'"),
        ('lane = "senior"', 'lane = "seniour"', "lane is 'seniour'"),
        ("version = 3", "version = 0", "a whole number from 1"),
        ("version = 3", "version = true", "version is missing or True"),
        ('title = "Mine"', "titel = 1", "did you mean 'title'"),
        ('categories = ["glassware"]', "", "has no condition"),
        ('name = "mine"', 'name = "mine', "is not TOML.*line 2"),
        ("[max_risk]", "audit_share = -1\n[max_risk]", "line 6, audit_share: is -1"),
        ("[[rules]]", "[max_check_risk]\nglassware = 0.01\n[[rules]]", "line 10.*limits of glassware overlap"),
        ("[[rules]]", "[targets]\nrework = 0.1\n[[rules]]", "line 10.*unknown key 'rework'.*did you mean"),
        ("[[rules]]", "[targets]\nretoucher_h = -1\n[[rules]]", "line 10, targets.retoucher_h: is -1"),
    ],
)
def test_a_mistake_is_named(old, new, words):
    with pytest.raises(PolicyError, match=words):
        parse_policy(GOOD.replace(old, new), where="mine.toml")


RULE = """
[[rules]]
rule = "{name}"
lane = "{lane}"
words = "w"
{condition}
"""


@pytest.mark.parametrize(
    ("name", "lane", "condition", "words"),
    [
        ("r", "manual", "failed_checks = 1", "line 16, rule 2.rule: two rules are named 'r'"),
        (
            "again",
            "check",
            'categories = ["glassware"]',
            "line 15, rule 2: 'again' overlaps 'r' .line 9.* never decide",
        ),
        ("narrow", "manual", 'categories = ["glassware"]\nfailed_checks = 2', "'narrow' overlaps 'r'"),
    ],
)
def test_rules_that_overlap_are_named_with_both_lines(name, lane, condition, words):
    text = GOOD + RULE.format(name=name, lane=lane, condition=condition)
    with pytest.raises(PolicyError, match=words):
        parse_policy(text, where="mine.toml")


def test_rules_may_meet_where_both_can_decide():
    other = RULE.format(name="costly", lane="manual", condition='campaign_tiers = ["high_value"]')
    stricter = RULE.format(name="several", lane="senior", condition="failed_checks = 3")
    weaker = RULE.format(name="one", lane="check", condition="failed_checks = 1")
    assert len(parse_policy(GOOD + other + stricter + weaker, where="mine.toml").rules) == 4


def test_names_versions_and_files(tmp_path):
    (tmp_path / "mine@3.toml").write_text(GOOD)
    (tmp_path / "mine@4.toml").write_text(GOOD.replace("version = 3", "version = 4"))
    assert load_policy("mine", (tmp_path,)).version == 4
    assert load_policy("mine@3", (tmp_path,)).version == 3
    assert load_policy(str(tmp_path / "mine@3.toml")).version == 3
    with pytest.raises(PolicyError, match="mine@3, mine@4"):
        load_policy("mine@9", (tmp_path,))
    with pytest.raises(PolicyError, match="did you mean 'first'"):
        load_policy("frist")
