"""What do the policies say, and did they keep their promise?"""

import streamlit as st

from workbench.app.limits_scope import choose_policy, choose_scope
from workbench.app.page_head import page_head
from workbench.app.policy_backtest_panel import policy_backtest_panel
from workbench.app.policy_head import policy_context, published_note
from workbench.app.policy_reading_panel import policy_reading_panel
from workbench.app.policy_versions_panel import policy_versions_panel

GROUP = "Decide"
ICON = ":material/policy:"
SHOWS = (
    "each policy as a person reads it: rules in order, limits by category, the audit",
    "versions, who published them and why, and how they differ in words",
    "what a policy would have done with any set, and what was promised against what came",
)

scope, set_name = choose_scope()
with st.sidebar:
    policy = choose_policy("Policy")
page_head(__doc__, policy_context(policy))
published_note()
policy_reading_panel(policy)
policy_versions_panel(policy)
policy_backtest_panel(policy, scope, set_name)
