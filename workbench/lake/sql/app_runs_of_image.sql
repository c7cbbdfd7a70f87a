-- Every run that had this image, or the same photo under another id, with what came out; newest first.
WITH source AS (
    SELECT * FROM image_outcomes
    WHERE (set_id = $set_id AND image_id = $image_id) OR (photo_hash != '' AND photo_hash = $photo_hash)
),
final AS (
    SELECT
        run_id, reported_at, reused, set_id, image_id, sku, result_id, version, spec_name, spec_hash, policy_name,
        policy_version, lane, outcome, state, risk, risk_calibrated, simulated
    FROM source
    QUALIFY row_number() OVER (
        PARTITION BY run_id, set_id, image_id ORDER BY reported_at DESC, version DESC, result_id
    ) = 1
)
SELECT * FROM final ORDER BY reported_at DESC, run_id, set_id, image_id LIMIT CAST($limit AS BIGINT);
