-- What people first said of the automatic results of some photos, one verdict a photo and engine, whichever set or spec it
-- came through: a pilot counts it where the same version of the engine made both.
WITH source AS (
    SELECT
        stored_results.photo_hash, stored_results.engine,
        CAST(stored_results.attributes ->> '$."segmentation.engine_version"' AS BIGINT) AS engine_version,
        judged.verdict, judged.reviewed_at, judged.row_key
    FROM judged
    JOIN stored_results ON stored_results.result_id = judged.result_id
    WHERE judged.version = 1 AND NOT judged.simulated AND NOT stored_results.simulated
        AND list_contains(CAST($photo_hashes AS VARCHAR[]), stored_results.photo_hash)
),
final AS (
    SELECT photo_hash, engine, engine_version, verdict, reviewed_at
    FROM source
    QUALIFY row_number() OVER (PARTITION BY photo_hash, engine, engine_version ORDER BY reviewed_at, row_key) = 1
)
SELECT * FROM final ORDER BY photo_hash, engine, engine_version;
