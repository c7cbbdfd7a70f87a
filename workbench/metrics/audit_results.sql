-- title: Results of the audit sample
-- unit: images
-- better: lower
-- grain: one row per category with images drawn for the audit
-- columns:
--   category: category of the manifest, NULL when it gives none
--   drawn: images drawn for the audit
--   audited: n: those somebody looked at
--   waiting: those nobody looked at yet
--   failed: audited ones that were sent back, rejected, or had to be edited
--   failed_share: failed / audited
--   low: lower end of the 95% Wilson score interval
--   high: upper end of it
-- doc: What the audits of images that went out untouched found, by category; each audit counts once, unweighted (see
--   escape_rate for the estimate over the lane).
WITH source AS (
    SELECT set_id, image_id, result_key, category
    FROM chosen_outcomes($filters)
    WHERE version = 1 AND lane = 'auto' AND audit_sample
    QUALIFY row_number() OVER (PARTITION BY set_id, image_id ORDER BY reported_at DESC, result_id) = 1
),
audits AS (
    SELECT set_id, image_id, result_key, verdict <> 'approved' OR coalesce(pixels_changed, false) AS failed
    FROM judged
    WHERE version = 1 AND from_inside(source)
    QUALIFY row_number() OVER (PARTITION BY set_id, image_id, result_key ORDER BY reviewed_at, row_key) = 1
),
counted AS (
    SELECT
        source.category, count(*) AS drawn, count(audits.failed) AS audited,
        CASE WHEN count(audits.failed) > 0 THEN count(*) FILTER (audits.failed) END AS failed
    FROM source
    LEFT JOIN audits USING (set_id, image_id, result_key)
    GROUP BY source.category
),
final AS (
    SELECT
        category, drawn, audited, drawn - audited AS waiting, failed, failed / nullif(audited, 0) AS failed_share,
        wilson_low(failed, audited) AS low, wilson_high(failed, audited) AS high
    FROM counted
)
SELECT * FROM final ORDER BY failed_share DESC NULLS LAST, category;
