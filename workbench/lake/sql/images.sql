-- A page of images, each with the result that holds under the filters, newest first.
WITH source AS (
    SELECT * FROM image_outcomes
    WHERE ($run_id IS NULL OR run_id = $run_id)
        AND ($set_id IS NULL OR set_id = $set_id)
        AND ($category IS NULL OR category = $category)
        AND ($spec IS NULL OR spec_name = $spec)
        AND (coalesce(CAST($include_simulated AS BOOLEAN), false) OR NOT simulated)
    QUALIFY row_number() OVER (
        PARTITION BY set_id, image_id ORDER BY reported_at DESC, version DESC, result_id
    ) = 1
),
filtered AS (
    SELECT * FROM source
    WHERE ($lane IS NULL OR lane = $lane)
        AND ($outcome IS NULL OR outcome = $outcome)
        AND ($state IS NULL OR state = $state)
        AND (
            $search IS NULL
            OR contains(lower(concat_ws(chr(10), sku, image_id, relative_path)), lower($search))
        )
),
final AS (
    SELECT
        set_id, image_id, result_id, result_key, version, sku, category, brand, campaign_tier, deadline, received_at,
        path, relative_path, spec_name, outcome, failure_kind, failure_reason, failure_step, lane, state, risk,
        risk_calibrated, audit_sample, engine, width_px, height_px, made_at, reported_at, run_id, reused,
        artefacts, delivered, simulated
    FROM filtered
)
SELECT * FROM final
ORDER BY reported_at DESC, set_id, image_id
LIMIT CAST($limit AS BIGINT) OFFSET CAST($offset AS BIGINT);
