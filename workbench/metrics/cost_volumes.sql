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
WITH cohort AS NOT MATERIALIZED (
    SELECT
        set_id, image_id, category, lane, state, received_at, alone, complained, made_on, engine, version, started_at,
        ended_at, core_seconds, CAST(date_trunc('week', utc(received_at)) AS DATE) AS week
    FROM counted_cohort($filters)
),
results AS ( -- an image that was reported once has its one result beside it; of others all results are looked for
    SELECT week, category, lane, made_on, engine, version, core_seconds, started_at, ended_at FROM cohort WHERE alone
    UNION ALL
    SELECT
        cohort.week, cohort.category, cohort.lane, found.made_on, found.engine, found.version, found.core_seconds,
        found.started_at, found.ended_at
    FROM cohort
    INNER JOIN (
        SELECT DISTINCT ON (result_id) * FROM image_facts WHERE NOT alone AND of_spec($filters, spec_name)
    ) AS found ON found.set_id = cohort.set_id AND found.image_id = cohort.image_id
    WHERE NOT cohort.alone
),
computed AS (
    SELECT
        week, category, lane, 'compute' AS kind, made_on AS day, engine, NULL AS work_lane,
        CASE WHEN version > 1 THEN 2 ELSE 1 END AS round, count(*) AS n, sum(core_seconds) AS core_seconds,
        sum(seconds_between(started_at, ended_at)) AS seconds
    FROM results
    WHERE started_at IS NOT NULL
    GROUP BY ALL
),
verdicts AS (
    SELECT
        CAST(date_trunc('week', utc(received_at)) AS DATE) AS week, category, lane, reviewed_at, lane AS work_lane, judgement,
        active_seconds
    FROM counted_on_cohort($filters)
    UNION ALL
    SELECT
        cohort.week, cohort.category, cohort.lane, judged.reviewed_at, judged.lane, judged.judgement,
        judged.active_seconds
    FROM cohort
    INNER JOIN verdict_facts AS judged ON judged.set_id = cohort.set_id AND judged.image_id = cohort.image_id
    WHERE looked_for($filters, cohort.alone) AND looked_for($filters, judged.of_alone)
        AND from_inside(judged.source)
        AND of_spec($filters, judged.spec_name)
),
reviewed AS (
    SELECT
        week, category, lane, 'review' AS kind, CAST(utc(reviewed_at) AS DATE) AS day, NULL AS engine, work_lane,
        least(judgement, 2) AS round, count(*) AS n, NULL AS core_seconds, sum(active_seconds) AS seconds,
        count(*) - count(active_seconds) AS unmeasured
    FROM verdicts
    GROUP BY ALL
),
escaped AS (
    SELECT week, category, lane, 'escape' AS kind, day, 1 AS round, count(*) AS n
    FROM (
        SELECT cohort.week, cohort.category, cohort.lane, min(CAST(utc(judged.reviewed_at) AS DATE)) AS day
        FROM cohort
        INNER JOIN verdict_facts AS judged ON judged.set_id = cohort.set_id AND judged.image_id = cohort.image_id
        WHERE cohort.complained
            AND judged.verdict <> 'approved' AND NOT from_inside(judged.source) AND of_spec($filters, judged.spec_name)
        GROUP BY cohort.set_id, cohort.image_id, cohort.week, cohort.category, cohort.lane
    )
    GROUP BY ALL
),
counted AS (
    SELECT
        week, category, lane, 'images' AS kind, CAST(utc(received_at) AS DATE) AS day, 1 AS round, count(*) AS n,
        count(*) FILTER (state IN ('approved', 'published')) AS approved,
        count(*) FILTER (state = 'published') AS unseen,
        count(*) FILTER (state IN ('queued', 'claimed', 'rework')) AS still_open
    FROM cohort
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
