-- Images by name ("set_id/image_id"), whole rows as `app_images.sql` gives them, the automatic result that holds.
WITH source AS (
    SELECT * FROM image_outcomes
    WHERE list_contains(CAST($names AS VARCHAR[]), concat(set_id, '/', image_id)) AND version = 1 AND outcome = 'done'
    QUALIFY row_number() OVER (PARTITION BY set_id, image_id ORDER BY reported_at DESC, result_id) = 1
),
final AS (
    SELECT
        set_id, image_id, result_id, photo_hash, version, sku, category, brand, campaign_tier, deadline, path,
        relative_path, spec_name, outcome, failure_kind, failure_reason, failure_step, lane, reasons, state, risk,
        risk_calibrated, audit_sample,
        CAST(attributes ->> '$."preparation.expected_minutes"' AS DOUBLE) AS expected_minutes,
        CAST(attributes ->> '$."preparation.complexity"' AS DOUBLE) AS complexity,
        width_px, height_px, made_at, reported_at, run_id, artefacts, simulated,
        list_transform(list_filter(checks, lambda c: c.passed = false), lambda c: c."check") AS flags
    FROM source
)
SELECT * FROM final ORDER BY set_id, image_id;
