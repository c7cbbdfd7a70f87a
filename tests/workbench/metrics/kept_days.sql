-- When each stored count by day was written.
SELECT 'steps' AS what, rowid, n FROM lake.kept_steps UNION ALL SELECT 'checks', rowid, images FROM lake.kept_checks ORDER BY ALL;
