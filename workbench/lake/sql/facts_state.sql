-- The newest snapshot, and the one that the stored facts are right for: NULL while none are stored, and when what came
-- after it can no longer be told.
SELECT
    (SELECT id FROM lake.current_snapshot()) AS newest,
    (
        SELECT max(snapshot) FROM lake.kept_state
        WHERE snapshot + 1 >= (SELECT min(snapshot_id) FROM ducklake_snapshots('lake'))
    ) AS kept;
