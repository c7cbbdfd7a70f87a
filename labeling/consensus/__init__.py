"""One answer out of several labelers' answers, and how sure it is."""
