-- For images of some sets, the other finished results they have: what a blind pair sets against the one that holds.
WITH source AS (
    SELECT
        results.set_id, results.image_id, results.result_id, results.result_key, results.version, results.engine,
        results.spec_name, results.artefacts, ran.recorded_at
    FROM lake.results AS results
    JOIN lake.run_results AS ran ON ran.result_id = results.result_id
    WHERE results.outcome = 'done' AND NOT results.simulated
        AND list_contains(CAST($set_ids AS VARCHAR[]), results.set_id)
        AND list_contains(CAST($image_ids AS VARCHAR[]), results.image_id)
),
final AS (
    SELECT * FROM source
    QUALIFY row_number() OVER (PARTITION BY set_id, image_id, result_key, version ORDER BY recorded_at DESC) = 1
)
SELECT * FROM final ORDER BY set_id, image_id, recorded_at DESC, result_id;
