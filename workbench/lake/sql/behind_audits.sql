-- The automatic images behind the escape rate, as the metric counts them: drawn for the audit or not, what the audit
-- said, how much it weighs, and whether somebody outside complained. Audited ones first.
WITH source AS (
    SELECT set_id, image_id, sku, category, result_key, risk, audit_sample, inclusion_probability, reported_at, simulated
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
final AS (
    SELECT
        source.set_id, source.image_id, source.sku, source.category, source.risk, source.audit_sample,
        CASE WHEN source.audit_sample THEN audits.failed END AS failed,
        CASE WHEN source.audit_sample AND audits.failed IS NOT NULL THEN 1 / source.inclusion_probability END AS weight,
        coalesce(complaints.complained, false) AS complained, source.reported_at, source.simulated
    FROM source
    LEFT JOIN audits USING (set_id, image_id, result_key)
    LEFT JOIN complaints USING (set_id, image_id)
)
SELECT * FROM final ORDER BY weight DESC NULLS LAST, complained DESC, reported_at DESC, set_id, image_id
LIMIT CAST($take AS BIGINT);
