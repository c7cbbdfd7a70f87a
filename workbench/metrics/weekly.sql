-- title: Week by week
-- unit: images
-- better: none
-- grain: one row per week (Monday, UTC) in which something happened
-- columns:
--   week: its Monday
--   images: images reported in the week
--   automatic: those in lane auto
--   automatic_share: automatic / images
--   automatic_low: lower end of its 95% Wilson score interval
--   automatic_high: upper end of it
--   judged: n: images whose first verdict fell in the week
--   reworked: those sent back or rejected by it
--   rework_rate: reworked / judged
--   rework_low: lower end of its 95% Wilson score interval
--   rework_high: upper end of it
--   received: images received in the week
--   ready: those of them that are ready by now
--   p50_hours: median turnaround of those, calendar hours
--   p95_hours: turnaround that 95% of them stay below
--   policies: policy versions that routed the images of the week
-- doc: How the figures go over time: results by the day they were reported, verdicts by their own day, turnaround by the
--   day an image was received. The newest weeks' turnaround rests on the images that are ready and still gets longer.
--   In a large lake its quantiles are within 1%.
WITH reported AS (
    SELECT week_of(reported_at) AS week, policy_name, policy_version, lane, sum(n) AS n
    FROM counted_days($filters, false)
    GROUP BY ALL
),
source AS (
    SELECT
        week, CAST(sum(n) AS BIGINT) AS images,
        CAST(coalesce(sum(n) FILTER (lane = 'auto'), 0) AS BIGINT) AS automatic,
        list_sort(list_distinct(list(concat(policy_name, '@', policy_version)) FILTER (policy_name IS NOT NULL)))
            AS policies
    FROM reported
    GROUP BY week
),
verdicts AS (
    SELECT
        week_of(reviewed_at) AS week, CAST(sum(n) AS BIGINT) AS judged,
        CAST(coalesce(sum(n) FILTER (verdict IN ('rework', 'rejected')), 0) AS BIGINT) AS reworked
    FROM counted_verdict_days($filters)
    WHERE judgement = 1
    GROUP BY 1
),
received AS (
    SELECT week_of(received_at) AS week, CAST(sum(n) AS BIGINT) AS received
    FROM counted_cohort_days($filters, false)
    GROUP BY 1
),
waited AS (
    SELECT week_of(received_at) AS week, seconds, sum(n) AS n FROM counted_waits($filters) GROUP BY 1, 2
),
ranked AS (
    SELECT
        week, seconds, n, sum(n) OVER (PARTITION BY week ORDER BY seconds) AS up_to,
        sum(n) OVER (PARTITION BY week) AS total
    FROM waited
),
cohorts AS (
    SELECT
        week, any_value(received) AS received, CAST(coalesce(sum(n), 0) AS BIGINT) AS ready,
        quantile_of(seconds, up_to, total, 0.5) / 3600.0 AS p50_hours,
        quantile_of(seconds, up_to, total, 0.95) / 3600.0 AS p95_hours
    FROM received LEFT JOIN ranked USING (week)
    GROUP BY week
),
final AS (
    SELECT
        week, images, automatic, automatic / images AS automatic_share,
        wilson_low(automatic, images) AS automatic_low, wilson_high(automatic, images) AS automatic_high,
        judged, reworked, reworked / judged AS rework_rate, wilson_low(reworked, judged) AS rework_low,
        wilson_high(reworked, judged) AS rework_high, received, ready, p50_hours, p95_hours, policies
    FROM source FULL JOIN verdicts USING (week) FULL JOIN cohorts USING (week)
)
SELECT * FROM final ORDER BY week;
