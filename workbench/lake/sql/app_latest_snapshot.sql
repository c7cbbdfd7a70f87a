-- The newest snapshot: what was read under it stays right until there is a newer one.
SELECT id AS snapshot FROM lake.current_snapshot();
