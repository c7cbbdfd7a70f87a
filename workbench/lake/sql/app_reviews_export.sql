-- Every verdict with the image it judged, oldest first; those taken back are marked.
WITH source AS (
    SELECT reviews.*, retractions.retracted_at
    FROM lake.reviews AS reviews
    LEFT JOIN lake.review_retractions AS retractions ON retractions.review_id = reviews.review_id
    WHERE ($set_id IS NULL OR reviews.set_id = $set_id)
        AND ($since IS NULL OR reviews.reviewed_at >= CAST($since AS TIMESTAMPTZ))
        AND (coalesce(CAST($include_simulated AS BOOLEAN), false) OR NOT reviews.simulated)
),
final AS (
    SELECT
        source.review_id, source.set_id, source.image_id, photos.sku, source.version, results.spec_name, results.lane,
        source.verdict, source.reasons, source.actions, source.pixels_changed, source.usable, source.active_seconds,
        source.reviewer, source.reviewed_at, source.retracted_at, source.source, source.simulated
    FROM source
    LEFT JOIN lake.results AS results ON results.result_id = source.result_id
    LEFT JOIN images_current AS photos ON photos.set_id = source.set_id AND photos.image_id = source.image_id
)
SELECT * FROM final ORDER BY reviewed_at, review_id;
