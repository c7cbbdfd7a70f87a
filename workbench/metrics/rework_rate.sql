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
    SELECT * FROM counted_verdict_days($filters)
),
filtered AS (
    SELECT * FROM source WHERE judgement = 1
),
counted AS (
    SELECT
        CAST(sum(n) AS BIGINT) AS images,
        CAST(sum(CASE WHEN verdict IN ('rework', 'rejected') THEN n ELSE 0 END) AS BIGINT) AS reworked
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
