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
    SELECT set_id, image_id, result_key, audit_sample, inclusion_probability
    FROM chosen_outcomes($filters)
    WHERE version = 1 AND lane = 'auto'
    QUALIFY row_number() OVER (PARTITION BY set_id, image_id ORDER BY reported_at DESC, result_id) = 1
),
audits AS (
    SELECT set_id, image_id, result_key, verdict <> 'approved' OR coalesce(pixels_changed, false) AS failed
    FROM judged
    WHERE version = 1 AND from_inside(source)
    QUALIFY row_number() OVER (PARTITION BY set_id, image_id, result_key ORDER BY reviewed_at, row_key) = 1
),
complaints AS (
    SELECT DISTINCT set_id, image_id, true AS complained
    FROM judged
    WHERE verdict <> 'approved' AND NOT from_inside(source)
),
joined AS (
    SELECT
        source.*, audits.failed, complaints.complained,
        CASE WHEN source.audit_sample AND audits.failed IS NOT NULL THEN 1 / source.inclusion_probability END AS weight
    FROM source
    LEFT JOIN audits USING (set_id, image_id, result_key)
    LEFT JOIN complaints USING (set_id, image_id)
),
counted AS (
    SELECT
        nullif(count(*), 0) AS images,
        count(*) FILTER (audit_sample) AS drawn,
        count(weight) AS audited,
        count(weight) FILTER (failed) AS failed,
        sum(weight) FILTER (failed) / sum(weight) AS rate,
        sum(weight) ** 2 / sum(weight ** 2) AS effective_n,
        count(*) FILTER (complained) AS known_rejections
    FROM joined
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
