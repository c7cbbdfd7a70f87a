-- title: What costs money
-- unit: volumes
-- better: none
-- grain: one row per week, category and lane of the cohort, kind and day of work, engine, lane worked in, and round
-- columns:
--   week: Monday (UTC) of the week in which the images were received
--   category: category of the manifest, NULL when it gives none
--   lane: lane of the result that holds, NULL for refused and failed photos
--   kind: images, compute, review or escape
--   day: UTC day of the work; of the receipt for images
--   engine: engine that computed, for compute
--   work_lane: lane of the result that was judged, for review
--   round: 1 the first time, 2 and more for rework
--   n: images, computed results, verdicts or known escapes
--   core_seconds: processor time
--   seconds: machine seconds of compute, active seconds of reviews
--   unmeasured: verdicts whose active time was not measured
--   approved: images that are approved or published
--   unseen: those of them that nobody looked at
--   still_open: images that wait for a person
-- doc: The volumes behind every cost, no money: prices are put to them when a figure is asked for. The cohort is every
--   image received in the period, and all that was ever done for it counts, whenever it was done: also for images that
--   never were approved. An escape is an image that was out and that a client, the DAM or the site sent back.
WITH received AS (
    SELECT week_of(received_at) AS week, category, lane, received_at, state, n
    FROM counted_cohort_days($filters, true)
),
looked_for AS ( -- images whose rows are set against each other: their results and verdicts are looked for by name
    SELECT set_id, image_id, week_of(received_at) AS week, category, lane
    FROM counted_cohort($filters)
    WHERE is_open($filters, mixed)
),
results AS (
    SELECT
        week_of(received_at) AS week, category, held_lane AS lane, made_on, engine, is_correction, worked, core_seconds,
        seconds
    FROM counted_any_day($filters, true)
    WHERE is_first AND worked > 0 AND in_period($filters, received_at)
    UNION ALL
    SELECT
        looked_for.week, looked_for.category, looked_for.lane, found.made_on, found.engine, found.version > 1, 1,
        found.core_seconds, seconds_between(found.started_at, found.ended_at)
    FROM looked_for
    INNER JOIN image_facts AS found ON found.set_id = looked_for.set_id AND found.image_id = looked_for.image_id
    WHERE found.is_first AND found.started_at IS NOT NULL AND of_spec($filters, found.spec_name)
),
computed AS (
    SELECT
        week, category, lane, 'compute' AS kind, made_on AS day, engine, NULL AS work_lane,
        CASE WHEN is_correction THEN 2 ELSE 1 END AS round, CAST(sum(worked) AS BIGINT) AS n,
        sum(core_seconds) AS core_seconds, sum(seconds) AS seconds
    FROM results
    GROUP BY ALL
),
verdicts AS (
    SELECT
        week_of(received_at) AS week, category, held_lane AS lane, reviewed_at, lane AS work_lane, judgement, n, measured,
        active_seconds
    FROM counted_on_cohort_days($filters)
    UNION ALL
    SELECT
        looked_for.week, looked_for.category, looked_for.lane, judged.reviewed_at, judged.lane, judged.judgement,
        1, CAST(judged.active_seconds IS NOT NULL AS BIGINT), judged.active_seconds
    FROM looked_for
    INNER JOIN verdict_facts AS judged ON judged.set_id = looked_for.set_id AND judged.image_id = looked_for.image_id
    WHERE from_inside(judged.source) AND of_spec($filters, judged.spec_name)
),
reviewed AS (
    SELECT
        week, category, lane, 'review' AS kind, CAST(utc(reviewed_at) AS DATE) AS day, NULL AS engine, work_lane,
        least(judgement, 2) AS round, CAST(sum(n) AS BIGINT) AS n, NULL AS core_seconds, sum(active_seconds) AS seconds,
        CAST(sum(n) - sum(measured) AS BIGINT) AS unmeasured
    FROM verdicts
    GROUP BY ALL
),
escaped AS (
    SELECT week, category, lane, 'escape' AS kind, day, 1 AS round, count(*) AS n
    FROM (
        SELECT
            week_of(cohort.received_at) AS week, cohort.category, cohort.lane,
            min(CAST(utc(judged.reviewed_at) AS DATE)) AS day
        FROM counted_cohort($filters) AS cohort
        INNER JOIN verdict_facts AS judged ON judged.set_id = cohort.set_id AND judged.image_id = cohort.image_id
        WHERE cohort.complained
            AND judged.verdict <> 'approved' AND NOT from_inside(judged.source) AND of_spec($filters, judged.spec_name)
        GROUP BY cohort.set_id, cohort.image_id, week, cohort.category, cohort.lane
    )
    GROUP BY ALL
),
counted AS (
    SELECT
        week, category, lane, 'images' AS kind, CAST(utc(received_at) AS DATE) AS day, 1 AS round,
        CAST(sum(n) AS BIGINT) AS n,
        CAST(coalesce(sum(n) FILTER (state IN ('approved', 'published')), 0) AS BIGINT) AS approved,
        CAST(coalesce(sum(n) FILTER (state = 'published'), 0) AS BIGINT) AS unseen,
        CAST(coalesce(sum(n) FILTER (state IN ('queued', 'claimed', 'rework')), 0) AS BIGINT) AS still_open
    FROM received
    GROUP BY ALL
),
final AS (
    SELECT * FROM counted
    UNION ALL BY NAME SELECT * FROM computed
    UNION ALL BY NAME SELECT * FROM reviewed
    UNION ALL BY NAME SELECT * FROM escaped
)
SELECT
    week, category, lane, kind, day, engine, work_lane, round, n, core_seconds, seconds, unmeasured, approved, unseen,
    still_open
FROM final
ORDER BY week, category NULLS LAST, lane NULLS LAST, kind, day, engine, work_lane, round;
