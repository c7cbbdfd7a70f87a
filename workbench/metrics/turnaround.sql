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
span AS ( -- hours whose moments are looked up: those of the days received and two months on, for what was ready late
    SELECT
        CAST(epoch(min(received_at)) AS BIGINT) // 3600 AS first_hour,
        CAST(epoch(max(received_at)) AS BIGINT) // 3600 + 24 * 60 AS last_hour
    FROM counted_cohort_days($filters, false)
    WHERE $work_zone IS NOT NULL
),
hours_of_work AS ( -- seconds worked until the start of each hour and of the next
    SELECT
        first_hour, hour,
        worked_until(
            make_timestamptz(hour * 3600000000), $work_zone, $work_start_s, $work_end_s, CAST($work_days AS BIGINT[])
        ) AS until_start,
        worked_until(
            make_timestamptz((hour + 1) * 3600000000), $work_zone, $work_start_s, $work_end_s,
            CAST($work_days AS BIGINT[])
        ) AS until_end
    FROM (SELECT first_hour, unnest(range(first_hour, last_hour)) AS hour FROM span)
),
rules AS ( -- of each hour, see worked_by_rule: without work, of work throughout, or neither
    SELECT
        any_value(first_hour) AS first_hour,
        list(
            CASE until_end - until_start
                WHEN 0 THEN CAST(until_start * 1000000 AS BIGINT)
                WHEN 3600 THEN CAST(until_start * 1000000 AS BIGINT) - hour * 3600000000
            END
            ORDER BY hour
        ) AS rules
    FROM hours_of_work
),
moments AS ( -- ready before it was received, by a clock set back, is no wait: a place below 1 counts from the list's end
    SELECT
        rules, first_hour, epoch_us(received_at) AS received,
        greatest(epoch_us(received_at), epoch_us(ready_at)) AS ready
    FROM one_by_one, rules
    WHERE $work_zone IS NOT NULL
),
looked_up AS (
    SELECT
        received, ready, rules[received // 3600000000 - first_hour + 1] AS received_rule,
        rules[ready // 3600000000 - first_hour + 1] AS ready_rule
    FROM moments
),
at_work AS (
    SELECT
        worked_by_rule(ready, ready_rule, $work_zone, $work_start_s, $work_end_s, CAST($work_days AS BIGINT[]))
        - worked_by_rule(received, received_rule, $work_zone, $work_start_s, $work_end_s, CAST($work_days AS BIGINT[]))
        AS microseconds
    FROM looked_up
),
worked AS MATERIALIZED ( -- in a large lake to the next millisecond, or second: a target of whole seconds is told as well
    SELECT microseconds / 1000000.0 AS seconds, n
    FROM (
        SELECT
            CASE
                WHEN NOT days_are_kept() THEN microseconds
                WHEN microseconds > 3600000000 THEN (microseconds + 999999) // 1000000 * 1000000
                ELSE (microseconds + 999) // 1000 * 1000
            END AS microseconds,
            count(*) AS n
        FROM at_work
        GROUP BY 1
    )
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
