-- Images in groups that any policy treats alike: kind (category, campaign tier, contradicted, failed checks), where they are now, how
-- they were drawn, what was found. With $limits (JSON: category, max_risk, max_check_risk; one category named default)
-- `risk_lane` says exactly where the risk alone would send them; without, `place` is the risk in thousandths, rounded up.
WITH source AS (
    SELECT * FROM automatic_results($filters)
),
limits AS (
    SELECT one.category, one.max_risk, one.max_check_risk
    FROM (
        SELECT unnest(from_json(
            CAST(coalesce($limits, '[]') AS VARCHAR),
            '[{"category":"VARCHAR","max_risk":"DOUBLE","max_check_risk":"DOUBLE"}]'
        )) AS one
    ) AS listed
),
filtered AS (
    SELECT
        source.*,
        CASE
            WHEN $limits IS NULL THEN NULL
            WHEN risk IS NULL OR risk > coalesce(its.max_check_risk, other.max_check_risk) THEN 'manual'
            WHEN risk > coalesce(its.max_risk, other.max_risk) THEN 'check'
            ELSE 'auto'
        END AS risk_lane,
        CASE WHEN $limits IS NULL THEN least(1001, CAST(ceil(round(coalesce(risk, 2.0) * 1000, 6)) AS INTEGER)) END
            AS place
    FROM source
    LEFT JOIN limits AS its ON its.category = source.category
    LEFT JOIN limits AS other ON other.category = 'default'
),
final AS (
    SELECT
        category, campaign_tier, contradicted, CAST(least(failed_checks, 50) AS INTEGER) AS failed_checks, lane, first_lane,
        first_lane <> 'auto' OR audit_sample AS drawn,
        CASE WHEN first_lane = 'auto' THEN inclusion_probability ELSE 1.0 END AS chance,
        auto_failed, place, risk_lane, risk_calibrated, engine, spec_name, spec_hash,
        count(*) AS images,
        count(active_seconds) AS timed,
        sum(active_seconds) AS active_seconds,
        count(core_seconds) AS computed,
        sum(core_seconds) AS core_seconds,
        min(received_at) AS first_received_at,
        max(received_at) AS last_received_at
    FROM filtered
    GROUP BY ALL
)
SELECT * FROM final;
