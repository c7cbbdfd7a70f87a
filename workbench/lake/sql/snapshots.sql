-- Commits that can still be looked at, newest first.
SELECT snapshot_id AS snapshot, snapshot_time AS made_at, CAST(changes AS VARCHAR) AS changes
FROM ducklake_snapshots('lake')
ORDER BY snapshot DESC;
