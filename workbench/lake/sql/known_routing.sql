-- Results that were routed under the wanted keys, the newest version of each image.
WITH source AS (
    SELECT * FROM lake.results WHERE routing_key IN (SELECT key FROM wanted) AND outcome = 'done'
),
final AS (
    SELECT
        result_id, set_id, image_id, version, made_at, status, delivered, lane, reasons, risk, risk_calibrated,
        max_risk, audit_sample, inclusion_probability, hold, policy_name, policy_version, policy_hash, routing_key
    FROM source
    QUALIFY row_number() OVER (
        PARTITION BY set_id, image_id, routing_key ORDER BY version DESC, made_at DESC, row_key
    ) = 1
)
SELECT * FROM final;
