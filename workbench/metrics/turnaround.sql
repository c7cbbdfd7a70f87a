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
--   day an image was received. In a large lake the quantiles are within 1%.
WITH waited AS ( -- all that were received, and how long those that are ready took
    SELECT NULL AS hours, CAST(coalesce(sum(n), 0) AS BIGINT) AS n FROM counted_cohort_days($filters, false)
    UNION ALL
    SELECT seconds / 3600.0, n FROM counted_waits($filters)
),
one_by_one AS NOT MATERIALIZED (
    SELECT received_at, ready_at, seconds_between(received_at, ready_at) / 3600.0 AS hours
    FROM counted_cohort($filters)
    WHERE ready_at IS NOT NULL
),
exactly AS ( -- a target of whole hours is told by what is kept of the waiting, another is not
    SELECT count(*) FILTER (hours <= CAST($target_hours AS DOUBLE)) AS within
    FROM one_by_one
    WHERE CAST($target_hours AS DOUBLE) <> floor(CAST($target_hours AS DOUBLE))
),
calendar AS (
    SELECT
        'calendar' AS hours_are,
        CAST(coalesce(sum(n) FILTER (hours IS NOT NULL), 0) AS BIGINT) AS images,
        CAST(sum(n) FILTER (hours IS NULL) AS BIGINT) AS received,
        CASE
            WHEN CAST($target_hours AS DOUBLE) <> floor(CAST($target_hours AS DOUBLE))
                THEN (SELECT within FROM exactly)
            ELSE CAST(coalesce(sum(n) FILTER (hours <= CAST($target_hours AS DOUBLE)), 0) AS BIGINT)
        END AS within
    FROM waited
),
hours_of_work AS ( -- worked until the start of each hour, and in it: moments within are told without asking a calendar
    SELECT
        hour, until_start,
        worked_until(
            make_timestamptz((hour + 1) * 3600000000), $work_zone, $work_start_s, $work_end_s,
            CAST($work_days AS BIGINT[])
        ) - until_start AS its_seconds
    FROM (
        SELECT
            hour,
            worked_until(
                make_timestamptz(hour * 3600000000), $work_zone, $work_start_s, $work_end_s,
                CAST($work_days AS BIGINT[])
            ) AS until_start
        FROM (
            SELECT unnest(range(
                least(min(epoch_us(received_at)), min(epoch_us(ready_at))) // 3600000000,
                greatest(max(epoch_us(received_at)), max(epoch_us(ready_at))) // 3600000000 + 1
            )) AS hour
            FROM one_by_one
            WHERE $work_zone IS NOT NULL
        )
    )
),
at_work AS (
    SELECT
        CASE ready.its_seconds
            WHEN 0 THEN ready.until_start
            WHEN 3600 THEN ready.until_start + (epoch_us(ready_at) % 3600000000) / 1000000.0
            ELSE worked_until(ready_at, $work_zone, $work_start_s, $work_end_s, CAST($work_days AS BIGINT[]))
        END
        - CASE received.its_seconds
            WHEN 0 THEN received.until_start
            WHEN 3600 THEN received.until_start + (epoch_us(received_at) % 3600000000) / 1000000.0
            ELSE worked_until(received_at, $work_zone, $work_start_s, $work_end_s, CAST($work_days AS BIGINT[]))
        END AS seconds
    FROM one_by_one
    INNER JOIN hours_of_work AS received ON received.hour = epoch_us(received_at) // 3600000000
    INNER JOIN hours_of_work AS ready ON ready.hour = epoch_us(ready_at) // 3600000000
    WHERE $work_zone IS NOT NULL
),
worked AS MATERIALIZED ( -- in a large lake to the next millisecond, or second: a target of whole seconds is told as well
    SELECT
        CASE
            WHEN NOT days_are_kept() THEN seconds
            WHEN seconds > 3600 THEN ceil(seconds)
            ELSE ceil(seconds * 1000) / 1000
        END AS seconds,
        count(*) AS n
    FROM at_work
    GROUP BY 1
),
counted AS (
    SELECT hours_are, images, received - images AS not_ready, within FROM calendar
    UNION ALL
    SELECT
        'working', images, received - images,
        (SELECT CAST(coalesce(sum(n), 0) AS BIGINT) FROM worked WHERE seconds / 3600.0 <= CAST($target_hours AS DOUBLE))
    FROM calendar
    WHERE $work_zone IS NOT NULL
),
filtered AS (
    SELECT 'calendar' AS hours_are, hours, sum(n) AS n FROM waited WHERE hours IS NOT NULL GROUP BY hours
    UNION ALL
    SELECT 'working', greatest(0.0, seconds) / 3600.0, sum(n) FROM worked GROUP BY 2
),
ranked AS (
    SELECT
        hours_are, hours, sum(n) OVER (PARTITION BY hours_are ORDER BY hours) AS up_to,
        sum(n) OVER (PARTITION BY hours_are) AS total
    FROM filtered
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
        hours_are, images, not_ready, p50_hours, p90_hours, p95_hours, CAST($target_hours AS DOUBLE) AS target_hours,
        CASE WHEN $target_hours IS NOT NULL THEN within END AS within,
        CASE WHEN $target_hours IS NOT NULL THEN within / nullif(images, 0) END AS within_share,
        CASE WHEN $target_hours IS NOT NULL THEN wilson_low(within, images) END AS low,
        CASE WHEN $target_hours IS NOT NULL THEN wilson_high(within, images) END AS high
    FROM counted
    LEFT JOIN quantiles USING (hours_are)
    WHERE images + not_ready > 0
)
SELECT * FROM final ORDER BY hours_are;
