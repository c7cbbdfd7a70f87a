-- title: Throughput per hour
-- unit: images per hour
-- better: higher
-- grain: one row per hour (UTC) in which photos were worked on
-- columns:
--   hour: start of the hour, UTC
--   images: images finished in that hour: done, refused or failed; NULL when work went on but none was finished
--   busy_hours: part of the hour in which at least one photo was being worked on
--   images_per_hour: images / busy_hours
-- doc: How fast the pipeline works while it works: pauses between runs do not count, photos whose pixels were reused
--   do not count. Each image counts in the hour its last result under the filters was finished. Over more than a
--   million images, a pause inside one minute of the clock counts as work.
WITH source AS (
    SELECT started_at, ended_at FROM counted_work($filters)
),
filtered AS NOT MATERIALIZED (
    SELECT * FROM source WHERE started_at IS NOT NULL
),
together AS (
    SELECT min(started_at) AS started_at, max(ended_at) AS ended_at
    FROM filtered
    GROUP BY work_of(started_at, very_many((SELECT count(*) FROM filtered)))
),
reaches AS (
    SELECT
        started_at, ended_at,
        max(ended_at) OVER (
            ORDER BY started_at, ended_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS reach
    FROM together
),
islands AS (
    SELECT
        started_at, ended_at,
        count(*) FILTER (reach IS NULL OR started_at > reach) OVER (
            ORDER BY started_at, ended_at ROWS UNBOUNDED PRECEDING
        ) AS island
    FROM reaches
),
spans AS (
    SELECT min(started_at) AS span_start, max(ended_at) AS span_end FROM islands GROUP BY island
),
span_hours AS (
    SELECT
        span_start, span_end,
        unnest(generate_series(date_trunc('hour', span_start), date_trunc('hour', span_end), INTERVAL 1 HOUR)) AS hour
    FROM spans
),
busy AS (
    SELECT
        hour,
        sum(epoch(least(span_end, hour + INTERVAL 1 HOUR) - greatest(span_start, hour))) / 3600.0 AS busy_hours
    FROM span_hours
    GROUP BY hour
),
finished AS (
    SELECT date_trunc('hour', utc(ended_at)) AS hour, count(*) AS images FROM filtered GROUP BY 1
),
final AS (
    SELECT
        busy.hour, finished.images, busy.busy_hours,
        finished.images / nullif(busy.busy_hours, 0) AS images_per_hour
    FROM busy
    LEFT JOIN finished ON finished.hour = utc(busy.hour)
)
SELECT * FROM final ORDER BY hour;
