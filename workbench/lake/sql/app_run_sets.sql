-- The sets that were run before, newest first: what each was last run from and as.
WITH source AS (
    SELECT * FROM lake.runs WHERE NOT simulated AND source IS NOT NULL
),
final AS (
    SELECT set_id, source, options, images_expected, started_at,
        count(*) OVER (PARTITION BY set_id) AS runs
    FROM source
    QUALIFY row_number() OVER (PARTITION BY set_id ORDER BY started_at DESC, run_id) = 1
)
SELECT * FROM final ORDER BY started_at DESC LIMIT CAST($take AS BIGINT);
