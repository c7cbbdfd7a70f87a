-- Facts that the records give and that are not stored, and the other way round, by table and set. Sums of seconds are
-- held to 1e-9 of themselves: they depend on the order of adding. BY NAME puts both in the stored order of columns.
WITH of_records AS (
    SELECT 'images' AS "table", set_id, to_json(made) AS fact
    FROM (SELECT * FROM lake.kept_images WHERE false UNION ALL BY NAME SELECT * FROM made_images) AS made
    UNION ALL
    SELECT 'verdicts', set_id, to_json(made)
    FROM (SELECT * FROM lake.kept_verdicts WHERE false UNION ALL BY NAME SELECT * FROM made_verdicts) AS made
    UNION ALL
    SELECT 'steps', set_id, to_json(made)
    FROM (
        SELECT * EXCLUDE (core_seconds) FROM lake.kept_steps WHERE false
        UNION ALL BY NAME SELECT * EXCLUDE (core_seconds) FROM made_steps
    ) AS made
    UNION ALL
    SELECT 'checks', set_id, to_json(made)
    FROM (SELECT * FROM lake.kept_checks WHERE false UNION ALL BY NAME SELECT * FROM made_checks) AS made
    UNION ALL
    SELECT 'image days', set_id, to_json(made)
    FROM (
        SELECT * EXCLUDE (core_seconds, seconds, expected_minutes) FROM lake.kept_image_days WHERE false
        UNION ALL BY NAME SELECT * EXCLUDE (core_seconds, seconds, expected_minutes) FROM made_image_days
    ) AS made
    UNION ALL
    SELECT 'work days', set_id, to_json(made)
    FROM (SELECT * FROM lake.kept_work_days WHERE false UNION ALL BY NAME SELECT * FROM made_work_days) AS made
    UNION ALL
    SELECT 'verdict days', set_id, to_json(made)
    FROM (
        SELECT * EXCLUDE (active_seconds) FROM lake.kept_verdict_days WHERE false
        UNION ALL BY NAME SELECT * EXCLUDE (active_seconds) FROM made_verdict_days
    ) AS made
),
of_kept AS (
    SELECT 'images' AS "table", set_id, to_json(kept_images) AS fact FROM lake.kept_images
    UNION ALL SELECT 'verdicts', set_id, to_json(kept_verdicts) FROM lake.kept_verdicts
    UNION ALL
    SELECT 'steps', set_id, to_json(counts) FROM (SELECT * EXCLUDE (core_seconds) FROM lake.kept_steps) AS counts
    UNION ALL SELECT 'checks', set_id, to_json(kept_checks) FROM lake.kept_checks
    UNION ALL
    SELECT 'image days', set_id, to_json(counts)
    FROM (SELECT * EXCLUDE (core_seconds, seconds, expected_minutes) FROM lake.kept_image_days) AS counts
    UNION ALL SELECT 'work days', set_id, to_json(kept_work_days) FROM lake.kept_work_days
    UNION ALL
    SELECT 'verdict days', set_id, to_json(counts)
    FROM (SELECT * EXCLUDE (active_seconds) FROM lake.kept_verdict_days) AS counts
),
compared AS (
    SELECT "table", set_id, fact, 1 AS n FROM of_records
    UNION ALL SELECT "table", set_id, fact, -1 FROM of_kept
),
unlike AS (
    SELECT "table", set_id, sum(n) AS n FROM compared GROUP BY "table", set_id, fact HAVING sum(n) <> 0
),
seconds AS (
    SELECT "table", set_id, attributes, sum(made) AS made, sum(kept) AS kept
    FROM (
        SELECT 'seconds of steps' AS "table", set_id, attributes, core_seconds AS made, 0 AS kept FROM made_steps
        UNION ALL SELECT 'seconds of steps', set_id, attributes, 0, core_seconds FROM lake.kept_steps
        UNION ALL
        SELECT 'seconds of image days', set_id, attributes, core_seconds + seconds + coalesce(expected_minutes, 0), 0
        FROM made_image_days
        UNION ALL
        SELECT 'seconds of image days', set_id, attributes, 0, core_seconds + seconds + coalesce(expected_minutes, 0)
        FROM lake.kept_image_days
        UNION ALL SELECT 'seconds of verdict days', set_id, attributes, active_seconds, 0 FROM made_verdict_days
        UNION ALL
        SELECT 'seconds of verdict days', set_id, attributes, 0, active_seconds FROM lake.kept_verdict_days
    )
    GROUP BY "table", set_id, attributes
    HAVING abs(sum(made) - sum(kept)) > 1e-9 * abs(sum(made))
),
final AS (
    SELECT
        "table", set_id, CAST(coalesce(sum(n) FILTER (n > 0), 0) AS BIGINT) AS missing,
        CAST(coalesce(-sum(n) FILTER (n < 0), 0) AS BIGINT) AS too_many
    FROM unlike
    GROUP BY "table", set_id
    UNION ALL SELECT "table", set_id, count(*), 0 FROM seconds GROUP BY "table", set_id
)
SELECT * FROM final ORDER BY "table", set_id;
