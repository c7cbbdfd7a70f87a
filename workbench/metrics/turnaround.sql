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
--   day an image was received. Over more than a million images, the quantiles are within 1%.
WITH source AS NOT MATERIALIZED (
    SELECT received_at, ready_at FROM counted_cohort($filters)
),
timed AS NOT MATERIALIZED (
    SELECT 'calendar' AS hours_are, ready_at, seconds_between(received_at, ready_at) / 3600.0 AS hours FROM source
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
        CAST($target_hours AS DOUBLE) AS target_hours,
        CASE WHEN $target_hours IS NOT NULL THEN count(*) FILTER (
            ready_at IS NOT NULL AND hours <= CAST($target_hours AS DOUBLE)
        ) END AS within
    FROM timed
    GROUP BY hours_are
),
waited AS (
    SELECT hours_are, rounded_if(very_many((SELECT count(*) FROM source)), greatest(hours, 0)) AS hours, count(*) AS n
    FROM timed
    WHERE ready_at IS NOT NULL
    GROUP BY 1, 2
),
ranked AS (
    SELECT
        hours_are, hours, sum(n) OVER (PARTITION BY hours_are ORDER BY hours) AS up_to,
        sum(n) OVER (PARTITION BY hours_are) AS total
    FROM waited
),
quantiles AS (
    SELECT
        hours_are, quantile_of(hours, up_to, total, 0.5) AS p50_hours,
        quantile_of(hours, up_to, total, 0.9) AS p90_hours, quantile_of(hours, up_to, total, 0.95) AS p95_hours
    FROM ranked
    GROUP BY hours_are
),
final AS (
    SELECT
        hours_are, images, not_ready, p50_hours, p90_hours, p95_hours, target_hours, within,
        within / nullif(images, 0) AS within_share,
        wilson_low(within, images) AS low, wilson_high(within, images) AS high
    FROM counted
    LEFT JOIN quantiles USING (hours_are)
)
SELECT * FROM final ORDER BY hours_are;
