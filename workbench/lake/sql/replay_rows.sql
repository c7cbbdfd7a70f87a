-- One row an image with all that a policy looks at: for certification and for the list of images that change lane.
SELECT
    set_id, image_id, sku, result_id, category, campaign_tier, contradicted, CAST(failed_checks AS INTEGER) AS failed_checks,
    lane, first_lane, risk, risk_calibrated, audit_sample, inclusion_probability, auto_failed, engine, spec_name, spec_hash,
    received_at, simulated
FROM automatic_results($filters)
ORDER BY set_id, image_id;
