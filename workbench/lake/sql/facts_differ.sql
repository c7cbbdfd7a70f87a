-- Facts that the records give and that are not stored, and the other way round, by table and set.
WITH of_records AS (
    SELECT 'images' AS "table", set_id, image_id, to_json(made_images) AS fact FROM made_images
    UNION ALL SELECT 'verdicts', set_id, image_id, to_json(made_verdicts) FROM made_verdicts
),
of_kept AS (
    SELECT 'images' AS "table", set_id, image_id, to_json(kept_images) AS fact FROM lake.kept_images
    UNION ALL SELECT 'verdicts', set_id, image_id, to_json(kept_verdicts) FROM lake.kept_verdicts
),
counted AS (
    SELECT "table", set_id, image_id, fact, 1 AS n FROM of_records
    UNION ALL SELECT "table", set_id, image_id, fact, -1 FROM of_kept
),
filtered AS (
    SELECT "table", set_id, sum(n) AS n FROM counted GROUP BY "table", set_id, image_id, fact HAVING sum(n) <> 0
),
final AS (
    SELECT
        "table", set_id, CAST(coalesce(sum(n) FILTER (n > 0), 0) AS BIGINT) AS missing,
        CAST(coalesce(-sum(n) FILTER (n < 0), 0) AS BIGINT) AS too_many
    FROM filtered
    GROUP BY "table", set_id
)
SELECT * FROM final ORDER BY "table", set_id;
