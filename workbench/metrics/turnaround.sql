-- title: Turnaround
-- unit: hours
-- better: lower
-- grain: one row per way of counting: calendar hours, and working hours where they are set
-- columns:
--   hours_are: calendar or working
--   images: n: images received in the period that are ready
--   not_ready: images received in the period that are not, refused and failed ones included
--   p50_hours: half of them were ready within this
--   p90_hours: nine of ten
--   p95_hours: nineteen of twenty
--   target_hours: the target they are held against, NULL without one
--   within: ready within the target
--   within_share: within / images
--   low: lower end of the 95% Wilson score interval of within_share
--   high: upper end of it
-- doc: From the moment an image was received until it was published or approved. What is not ready yet has no turnaround
--   and is counted beside it: many of those make the quantiles look better than they will be. The period filters the
--   day an image was received.
WITH source AS (
    SELECT received_at, ready_at FROM counted_cohort($filters)
),
timed AS (
    SELECT 'calendar' AS hours_are, ready_at, epoch(ready_at - received_at) / 3600.0 AS hours FROM source
    UNION ALL
    SELECT
        'working' AS hours_are, ready_at,
        (
            worked_until(ready_at, $work_zone, $work_start_s, $work_end_s, CAST($work_days AS BIGINT[]))
            - worked_until(received_at, $work_zone, $work_start_s, $work_end_s, CAST($work_days AS BIGINT[]))
        ) / 3600.0 AS hours
    FROM source
    WHERE $work_zone IS NOT NULL
),
counted AS (
    SELECT
        hours_are,
        count(ready_at) AS images,
        count(*) - count(ready_at) AS not_ready,
        quantile_cont(greatest(hours, 0), 0.5) FILTER (ready_at IS NOT NULL) AS p50_hours,
        quantile_cont(greatest(hours, 0), 0.9) FILTER (ready_at IS NOT NULL) AS p90_hours,
        quantile_cont(greatest(hours, 0), 0.95) FILTER (ready_at IS NOT NULL) AS p95_hours,
        CAST($target_hours AS DOUBLE) AS target_hours,
        CASE WHEN $target_hours IS NOT NULL THEN count(*) FILTER (
            ready_at IS NOT NULL AND hours <= CAST($target_hours AS DOUBLE)
        ) END AS within
    FROM timed
    GROUP BY hours_are
),
final AS (
    SELECT
        *, within / nullif(images, 0) AS within_share,
        wilson_low(within, images) AS low, wilson_high(within, images) AS high
    FROM counted
)
SELECT * FROM final ORDER BY hours_are;
