-- title: First-pass rework rate
-- unit: share
-- better: lower
-- grain: one row
-- columns:
--   images: n: images with a first verdict
--   reworked: those whose first verdict is rework or rejected
--   rework_rate: reworked / images
--   low: lower end of the 95% Wilson score interval
--   high: upper end of it
-- doc: How often a person sends an image back the first time they see it. A later verdict on the same image changes
--   nothing. The period filters the day of the first verdict. All NULL while nobody has judged anything.
--   Source: Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22.
WITH source AS (
    SELECT judged.*, photos.category
    FROM judged
    LEFT JOIN images_current AS photos ON photos.set_id = judged.set_id AND photos.image_id = judged.image_id
    WHERE judged.judgement = 1
),
filtered AS (
    SELECT * FROM source
    WHERE ($set_id IS NULL OR set_id = $set_id)
        AND ($category IS NULL OR category = $category)
        AND ($spec IS NULL OR spec_name = $spec)
        AND ($since IS NULL OR reviewed_at >= CAST($since AS TIMESTAMPTZ))
        AND ($until IS NULL OR reviewed_at < CAST($until AS TIMESTAMPTZ))
        AND (
            $run_id IS NULL
            OR result_id IN (SELECT result_id FROM lake.run_results WHERE run_id = $run_id)
        )
        AND (coalesce(CAST($include_simulated AS BOOLEAN), false) OR NOT simulated)
),
counted AS (
    SELECT
        nullif(count(*), 0) AS images,
        CASE WHEN count(*) > 0 THEN count(*) FILTER (verdict IN ('rework', 'rejected')) END AS reworked
    FROM filtered
),
rated AS (
    SELECT *, reworked / images AS rework_rate FROM counted
),
final AS (
    SELECT
        images,
        reworked,
        rework_rate,
        wilson_low(reworked, images) AS low,
        wilson_high(reworked, images) AS high
    FROM rated
)
SELECT * FROM final;
