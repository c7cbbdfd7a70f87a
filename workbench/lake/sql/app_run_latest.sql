-- The newest images of one run, for the contact sheet.
WITH source AS (
    SELECT set_id, image_id, result_id, recorded_at, row_key
    FROM lake.run_results
    WHERE run_id = $run_id
    ORDER BY recorded_at DESC, row_key
    LIMIT CAST($take AS BIGINT)
),
final AS (
    SELECT
        source.set_id, source.image_id, source.result_id, source.recorded_at, source.row_key, photos.sku,
        results.photo_hash, results.outcome, results.failure_reason, results.lane, results.artefacts
    FROM source
    INNER JOIN lake.results AS results ON results.result_id = source.result_id
    LEFT JOIN images_current AS photos ON photos.set_id = source.set_id AND photos.image_id = source.image_id
)
SELECT * FROM final ORDER BY recorded_at DESC, row_key;
