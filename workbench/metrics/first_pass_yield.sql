-- title: First-pass yield
-- unit: share
-- better: higher
-- grain: one row
-- columns:
--   images: n: images that came to an end the first time: published, judged, refused or failed
--   right: published and never contradicted, or approved by the first verdict
--   seen: those of them that a person approved
--   untouched: those of them in which no pixel had to be edited
--   first_pass_yield: right / images
--   low: lower end of the 95% Wilson score interval
--   high: upper end of it
-- doc: How much comes out right without a second round. A quick edit while judging is planned work and still counts as
--   right (`untouched` leaves it out). Images that wait for their first verdict are not counted yet.
WITH source AS (
    SELECT state, outcome, first_verdict, first_edited, n FROM counted_days($filters, false)
),
counted AS (
    SELECT
        CAST(sum(n) AS BIGINT) AS images,
        CAST(coalesce(
            sum(n) FILTER (first_verdict = 'approved' OR (first_verdict IS NULL AND state = 'published')), 0
        ) AS BIGINT) AS its_right,
        CAST(coalesce(sum(n) FILTER (first_verdict = 'approved'), 0) AS BIGINT) AS seen,
        CAST(coalesce(sum(n) FILTER (
            (first_verdict = 'approved' AND NOT first_edited) OR (first_verdict IS NULL AND state = 'published')
        ), 0) AS BIGINT) AS untouched
    FROM source
    WHERE first_verdict IS NOT NULL OR state = 'published' OR outcome <> 'done'
),
final AS (
    SELECT
        images,
        CASE WHEN images > 0 THEN its_right END AS "right",
        CASE WHEN images > 0 THEN seen END AS seen,
        CASE WHEN images > 0 THEN untouched END AS untouched,
        its_right / images AS first_pass_yield,
        wilson_low(its_right, images) AS low,
        wilson_high(its_right, images) AS high
    FROM counted
)
SELECT * FROM final;
