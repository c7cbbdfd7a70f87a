-- title: Rework rate by round
-- unit: share
-- better: lower
-- grain: one row per round of verdicts, the first on top
-- columns:
--   round: 1 is the first verdict on an image, 2 the next, and so on
--   images: n: images that got a verdict in that round
--   reworked: those sent back or rejected in it
--   rework_rate: reworked / images
--   low: lower end of the 95% Wilson score interval
--   high: upper end of it
-- doc: How often an image is sent back the first, second, third time somebody looks at it. The period filters the day
--   of the verdict; a verdict that was taken back counts in no round.
WITH source AS (
    SELECT * FROM counted_verdict_days($filters)
),
counted AS (
    SELECT
        judgement AS round, CAST(sum(n) AS BIGINT) AS images,
        CAST(sum(CASE WHEN verdict IN ('rework', 'rejected') THEN n ELSE 0 END) AS BIGINT) AS reworked
    FROM source
    GROUP BY judgement
),
final AS (
    SELECT
        round, images, reworked, reworked / images AS rework_rate,
        wilson_low(reworked, images) AS low, wilson_high(reworked, images) AS high
    FROM counted
)
SELECT * FROM final ORDER BY round;
