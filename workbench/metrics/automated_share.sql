-- title: Automated share
-- unit: share
-- better: higher
-- grain: one row
-- columns:
--   images: n: images processed, refused and failed ones included
--   automatic: those in lane auto
--   automatic_share: automatic / images
--   low: lower end of its 95% Wilson score interval
--   high: upper end of it
--   steps: all steps of work: those the pipeline executed, and what people did
--   automatic_steps: steps the pipeline executed
--   automatic_step_share: automatic_steps / steps
-- doc: How much of the work needs nobody: as images that go out untouched, and as steps. A person's verdict is one step,
--   and so is each edit noted with it. Images count on the day they were reported, steps on the day they were done.
WITH source AS (
    SELECT lane, n FROM counted_days($filters, false)
),
executed AS (
    SELECT CAST(coalesce(sum(n), 0) AS BIGINT) AS automatic_steps FROM counted_steps($filters) WHERE kind = 'step'
),
by_hand AS (
    SELECT CAST(coalesce(sum(1 + coalesce(actions, 0)), 0) AS BIGINT) AS manual_steps FROM counted_verdicts($filters)
),
counted AS (
    SELECT
        CAST(sum(n) AS BIGINT) AS images,
        CAST(coalesce(sum(n) FILTER (lane = 'auto'), 0) AS BIGINT) AS automatic
    FROM source
),
final AS (
    SELECT
        images,
        CASE WHEN images > 0 THEN automatic END AS automatic,
        automatic / images AS automatic_share,
        wilson_low(automatic, images) AS low,
        wilson_high(automatic, images) AS high,
        nullif(automatic_steps + manual_steps, 0) AS steps,
        CASE WHEN automatic_steps + manual_steps > 0 THEN automatic_steps END AS automatic_steps,
        automatic_steps / nullif(automatic_steps + manual_steps, 0) AS automatic_step_share
    FROM counted CROSS JOIN executed CROSS JOIN by_hand
)
SELECT * FROM final;
