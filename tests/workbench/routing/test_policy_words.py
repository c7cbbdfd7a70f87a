"""A policy in words says every rule, limit and share that the file says."""

from workbench.routing.policy import load_policy, parse_policy
from workbench.routing.policy_words import policy_in_words


def test_the_shipped_policy():
    policy = load_policy("first")
    words = policy_in_words(policy)
    assert len(words.rules) == len(policy.rules)
    assert words.rules[0].lane == "senior" and words.rules[0].when == "glassware"
    assert "high-value campaign" in {rule.when for rule in words.rules}
    assert {"a check beyond its limit", "3 checks or more beyond the limit", "category unknown"} <= {
        rule.when for rule in words.rules
    }
    limits = {limit.category: (limit.max_risk, limit.max_check_risk) for limit in words.limits}
    assert limits["sheer"] == (0.12, 0.55) and limits["every other category"] == (0.20, 0.55)
    assert words.audit.startswith("10% of what goes out untouched") and "published meanwhile" in words.audit


def test_conditions_that_must_all_hold_and_no_audit():
    text = (
        'name = "p"\nversion = 1\ntitle = "t"\ndescription = "d"\naudit_share = 0.0\n[max_risk]\ndefault = 0.1\n'
        '[[rules]]\nrule = "r"\nlane = "senior"\nwords = "w"\ncategories = ["sheer", "knit_fur"]\n'
        'campaign_tiers = ["high_value"]\n'
    )
    words = policy_in_words(parse_policy(text, where="p.toml"))
    assert words.rules[0].when == "sheer or knit fur and high-value campaign"
    assert [limit.category for limit in words.limits] == ["every category"]
    assert words.audit == "Nothing that goes out untouched is looked at."
