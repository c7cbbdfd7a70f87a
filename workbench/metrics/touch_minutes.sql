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
WITH source AS (
    SELECT * FROM counted_verdicts($filters)
),
final AS (
    SELECT
        lane,
        count(*) FILTER (alone) + count(DISTINCT (set_id, image_id)) FILTER (NOT alone) AS images,
        count(*) AS verdicts,
        count(active_seconds) AS measured,
        sum(active_seconds) / 60.0 AS minutes,
        sum(active_seconds) / 60.0
            / nullif(
                count(*) FILTER (alone AND active_seconds IS NOT NULL)
                + count(DISTINCT (set_id, image_id)) FILTER (NOT alone AND active_seconds IS NOT NULL), 0
            ) AS minutes_per_image,
        median(active_seconds) / 60.0 AS median_minutes,
        quantile_cont(active_seconds, 0.95) / 60.0 AS p95_minutes
    FROM source
    GROUP BY lane
)
SELECT * FROM final ORDER BY list_position(['auto', 'check', 'manual', 'senior'], lane) NULLS LAST;
