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
    SELECT category, audit_failed, n FROM counted_untouched_days($filters, true, true)
),
counted AS (
    SELECT
        category, CAST(sum(n) AS BIGINT) AS drawn,
        CAST(coalesce(sum(n) FILTER (audit_failed IS NOT NULL), 0) AS BIGINT) AS audited,
        CAST(sum(CASE WHEN audit_failed THEN n ELSE 0 END) FILTER (audit_failed IS NOT NULL) AS BIGINT) AS failed
    FROM source
    GROUP BY category
),
final AS (
    SELECT
        category, drawn, audited, drawn - audited AS waiting, failed, failed / nullif(audited, 0) AS failed_share,
        wilson_low(failed, audited) AS low, wilson_high(failed, audited) AS high
    FROM counted
)
SELECT * FROM final ORDER BY failed_share DESC NULLS LAST, category;
