-- title: Age of what waits
-- unit: hours
-- better: lower
-- grain: one row per lane in which images wait for a person
-- columns:
--   lane: auto (held for an audit), check, manual or senior
--   images: images that wait
--   p50_hours: half of them have been here for less than this
--   p90_hours: nine of ten
--   oldest_hours: the oldest
--   oldest_received_at: when the oldest was received
-- doc: How long the images that wait for a person have been here, in calendar hours since they were received: newest
--   results that are queued, claimed, or sent back for rework.
WITH source AS (
    SELECT lane, state, received_at, greatest(0, epoch(now() - received_at)) / 3600.0 AS hours
    FROM counted_images($filters)
),
filtered AS (
    SELECT * FROM source WHERE state IN ('queued', 'claimed', 'rework')
),
final AS (
    SELECT
        lane, count(*) AS images, median(hours) AS p50_hours, quantile_cont(hours, 0.9) AS p90_hours,
        max(hours) AS oldest_hours, min(received_at) AS oldest_received_at
    FROM filtered
    GROUP BY lane
)
SELECT * FROM final ORDER BY list_position(['auto', 'check', 'manual', 'senior'], lane) NULLS LAST;
