-- title: Lanes by category
-- unit: images
-- better: none
-- grain: one row per category and lane that have images
-- columns:
--   category: category of the manifest, NULL when it gives none
--   lane: auto, check, manual or senior
--   images: images whose newest result is in that lane
-- doc: Where routing sent the images of each category; counted as in images_by_lane.
WITH source AS (
    SELECT category, lane, n
    FROM counted_days($filters, true)
),
filtered AS (
    SELECT * FROM source WHERE lane IS NOT NULL
),
final AS (
    SELECT category, lane, CAST(sum(n) AS BIGINT) AS images FROM filtered GROUP BY category, lane
)
SELECT * FROM final ORDER BY category NULLS LAST, list_position(['auto', 'check', 'manual', 'senior'], lane);
