-- title: Active touch minutes
-- unit: minutes
-- better: lower
-- grain: one row per lane in which people judged images
-- columns:
--   lane: lane of the result that was judged
--   images: n: images a person touched
--   verdicts: verdicts given on them
--   measured: verdicts whose active time was measured
--   minutes: active minutes of those
--   minutes_per_image: minutes / images with a measured verdict
--   median_minutes: median of one measured verdict
--   p95_minutes: what 95% of them stay below
-- doc: How long people are really at work on an image: hands on the board, pauses left out. Verdicts without a measured
--   time are counted and not guessed. The period filters the day of the verdict.
WITH source AS NOT MATERIALIZED (
    SELECT lane, alone, set_id, image_id, active_seconds FROM counted_verdicts($filters)
),
counted AS (
    SELECT
        lane, count(*) AS verdicts, count(active_seconds) AS measured, sum(active_seconds) / 60.0 AS minutes,
        count(*) FILTER (alone) AS images, count(active_seconds) FILTER (alone) AS measured_images,
        quantile_cont(active_seconds, [0.5, 0.95]) AS places
    FROM source
    GROUP BY lane
),
several AS ( -- images that were judged more than once, each lane's once
    SELECT lane, count(*) AS images, count(*) FILTER (is_measured) AS measured_images
    FROM (
        SELECT lane, bool_or(active_seconds IS NOT NULL) AS is_measured
        FROM source
        WHERE NOT alone
        GROUP BY lane, set_id, image_id
    )
    GROUP BY lane
),
final AS (
    SELECT
        counted.lane, counted.images + coalesce(several.images, 0) AS images, verdicts, measured, minutes,
        minutes / nullif(counted.measured_images + coalesce(several.measured_images, 0), 0) AS minutes_per_image,
        places[1] / 60.0 AS median_minutes, places[2] / 60.0 AS p95_minutes
    FROM counted
    LEFT JOIN several ON several.lane IS NOT DISTINCT FROM counted.lane
)
SELECT * FROM final ORDER BY list_position(['auto', 'check', 'manual', 'senior'], lane) NULLS LAST;
