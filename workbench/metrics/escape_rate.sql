-- title: Escape rate
-- unit: share
-- better: lower
-- grain: one row
-- columns:
--   images: images the policy sent out untouched (version 1, lane auto)
--   drawn: those drawn for the audit
--   audited: n: those of them that somebody looked at
--   failed: audited ones that were sent back, rejected, or had to be edited
--   escape_rate: share of faulty images in lane auto, each audit weighted by 1 / its inclusion probability
--   low: lower end of the 95% Wilson score interval, with the effective number of audits
--   high: upper end of it
--   effective_n: audits of equal weight that would tell as much
--   known_rejections: images of that lane that clients, the DAM or the site sent back; not in the rate
-- doc: How many images that went out untouched should not have. Only the audit sample can tell, because only it was drawn
--   at random: rejections from outside are shown apart and never mixed in. NULL while nothing was audited.
--   Source of the weighting: Hajek (1971); of the effective number: Kish (1965), Survey Sampling, 11.2.
WITH source AS (
    SELECT n, audit_sample, inclusion_probability, audit_failed AS failed, complained
    FROM counted_untouched_days($filters, false, false)
),
weighed AS (
    SELECT
        *, CASE WHEN audit_sample AND failed IS NOT NULL THEN 1 / inclusion_probability END AS weight
    FROM source
),
counted AS (
    SELECT
        CAST(sum(n) AS BIGINT) AS images,
        CAST(coalesce(sum(n) FILTER (audit_sample), 0) AS BIGINT) AS drawn,
        CAST(coalesce(sum(n) FILTER (weight IS NOT NULL), 0) AS BIGINT) AS audited,
        CAST(coalesce(sum(n) FILTER (weight IS NOT NULL AND failed), 0) AS BIGINT) AS failed,
        sum(n * weight) FILTER (failed) / sum(n * weight) AS rate,
        sum(n * weight) ** 2 / sum(n * weight ** 2) AS effective_n,
        CAST(coalesce(sum(n) FILTER (complained), 0) AS BIGINT) AS known_rejections
    FROM weighed
),
rated AS (
    SELECT *, CASE WHEN audited > 0 THEN coalesce(rate, 0) END AS escape_rate FROM counted
),
final AS (
    SELECT
        images,
        CASE WHEN images > 0 THEN drawn END AS drawn,
        CASE WHEN images > 0 THEN audited END AS audited,
        CASE WHEN audited > 0 THEN failed END AS failed,
        escape_rate,
        wilson_low(escape_rate * effective_n, effective_n) AS low,
        wilson_high(escape_rate * effective_n, effective_n) AS high,
        effective_n,
        CASE WHEN images > 0 THEN known_rejections END AS known_rejections
    FROM rated
)
SELECT * FROM final;
