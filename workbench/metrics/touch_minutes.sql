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
--   time are counted and not guessed. The period filters the day of the verdict. In a
--   large lake the median and the p95 are within 1%.
WITH source AS (
    SELECT lane, alone, n, measured, active_seconds, its_seconds, spread FROM counted_verdict_days($filters)
),
counted AS (
    SELECT
        lane, CAST(sum(n) AS BIGINT) AS verdicts, CAST(sum(measured) AS BIGINT) AS measured,
        sum(active_seconds) / 60.0 AS minutes, CAST(coalesce(sum(n) FILTER (alone), 0) AS BIGINT) AS images,
        CAST(coalesce(sum(measured) FILTER (alone), 0) AS BIGINT) AS measured_images
    FROM source
    GROUP BY lane
),
several AS ( -- images that were judged more than once, each lane's once
    SELECT lane, count(*) AS images, count(*) FILTER (is_measured) AS measured_images
    FROM (
        SELECT lane, bool_or(active_seconds IS NOT NULL) AS is_measured
        FROM counted_verdicts($filters)
        WHERE NOT alone
        GROUP BY lane, set_id, image_id
    )
    GROUP BY lane
),
valued AS (
    SELECT lane, seconds, sum(n) AS n
    FROM (
        SELECT lane, its_seconds AS seconds, n FROM source WHERE its_seconds IS NOT NULL
        UNION ALL
        SELECT lane, one.key, CAST(one.value AS BIGINT)
        FROM (SELECT lane, unnest(map_entries(spread)) AS one FROM source WHERE spread IS NOT NULL)
    )
    GROUP BY lane, seconds
),
ranked AS (
    SELECT
        lane, seconds, sum(n) OVER (PARTITION BY lane ORDER BY seconds) AS up_to, sum(n) OVER (PARTITION BY lane) AS total
    FROM valued
),
quantiles AS (
    SELECT
        lane, quantile_of(seconds, up_to, total, 0.5) / 60.0 AS median_minutes,
        quantile_of(seconds, up_to, total, 0.95) / 60.0 AS p95_minutes
    FROM ranked
    GROUP BY lane
),
final AS (
    SELECT
        counted.lane, counted.images + coalesce(several.images, 0) AS images, verdicts, measured, minutes,
        minutes / nullif(counted.measured_images + coalesce(several.measured_images, 0), 0) AS minutes_per_image,
        median_minutes, p95_minutes
    FROM counted
    LEFT JOIN several ON several.lane IS NOT DISTINCT FROM counted.lane
    LEFT JOIN quantiles ON quantiles.lane IS NOT DISTINCT FROM counted.lane
)
SELECT * FROM final ORDER BY list_position(['auto', 'check', 'manual', 'senior'], lane) NULLS LAST;
