-- Automatic results that people have judged, with all that was measured of them: what a risk model learns from.
WITH judged AS (
    SELECT set_id, image_id, sku, category, result_id, inclusion_probability, auto_failed
    FROM automatic_results($filters)
    WHERE auto_failed IS NOT NULL AND inclusion_probability > 0
),
measured AS (
    SELECT result_id, photo_hash, engine, attributes, checks
    FROM lake.results
    WHERE outcome = 'done' AND version = 1
    QUALIFY row_number() OVER (PARTITION BY result_id ORDER BY recorded_at) = 1
),
final AS (
    SELECT
        judged.set_id, judged.image_id, judged.sku, judged.category, judged.inclusion_probability, judged.auto_failed,
        measured.photo_hash, measured.engine, measured.attributes, measured.checks
    FROM judged
    INNER JOIN measured ON measured.result_id = judged.result_id
)
SELECT * FROM final ORDER BY set_id, image_id;
