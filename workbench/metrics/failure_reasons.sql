-- title: Failure reasons
-- unit: images
-- better: lower
-- grain: one row per reason, the most frequent first
-- columns:
--   outcome: refused (never will work) or failed (may work another time)
--   failure_kind: class of the error
--   failure_step: the step it happened in
--   failure_reason: what was found, in words
--   images: images whose newest result ended so
--   example_image_id: one of them, to look at
-- doc: Why photos came to nothing. A photo that failed and worked when tried again is not here.
WITH source AS (
    SELECT n, outcome, failure_kind, failure_step, failure_reason, example_image_id
    FROM counted_days($filters, false)
),
filtered AS (
    SELECT * FROM source WHERE outcome IN ('refused', 'failed')
),
final AS (
    SELECT
        outcome, failure_kind, failure_step, failure_reason,
        CAST(sum(n) AS BIGINT) AS images,
        min(example_image_id) AS example_image_id
    FROM filtered
    GROUP BY outcome, failure_kind, failure_step, failure_reason
)
SELECT * FROM final ORDER BY images DESC, outcome, failure_kind, failure_step, failure_reason;
