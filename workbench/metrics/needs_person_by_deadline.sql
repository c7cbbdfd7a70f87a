-- title: Work waiting for people
-- unit: images
-- better: lower
-- grain: one row per day of deadline (UTC) and lane, the most urgent first
-- columns:
--   deadline_day: day the images are due, NULL when the manifest gives none
--   lane: auto (held for an audit), check, manual or senior
--   images: images that wait for a person
--   high_value: those of a high-value campaign
--   overdue: those whose deadline is past
-- doc: What people still have to look at: newest results that are queued, claimed, or sent back for rework.
WITH source AS (
    SELECT set_id, image_id, lane, state, deadline, campaign_tier
    FROM counted_images($filters)
),
filtered AS (
    SELECT * FROM source WHERE state IN ('queued', 'claimed', 'rework')
),
final AS (
    SELECT
        CAST(deadline AS DATE) AS deadline_day,
        lane,
        count(*) AS images,
        count(*) FILTER (campaign_tier = 'high_value') AS high_value,
        count(*) FILTER (deadline < now()) AS overdue
    FROM filtered
    GROUP BY 1, lane
)
SELECT * FROM final
ORDER BY deadline_day NULLS LAST, list_position(['auto', 'check', 'manual', 'senior'], lane);
