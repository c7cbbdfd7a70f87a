-- The verdicts behind a figure, newest first: every one, or each image's first. Who gave them is not told.
WITH source AS (
    SELECT * FROM chosen_verdicts($filters)
),
filtered AS (
    SELECT * FROM source WHERE $part = 'every' OR judgement = 1
),
final AS (
    SELECT
        filtered.set_id, filtered.image_id, images_current.sku, filtered.category, filtered.lane, filtered.version,
        filtered.judgement, filtered.verdict, filtered.reasons, filtered.active_seconds, filtered.source,
        filtered.reviewed_at, filtered.simulated
    FROM filtered
    LEFT JOIN images_current
        ON images_current.set_id = filtered.set_id AND images_current.image_id = filtered.image_id
)
SELECT * FROM final ORDER BY reviewed_at DESC, set_id, image_id, judgement LIMIT CAST($take AS BIGINT);
