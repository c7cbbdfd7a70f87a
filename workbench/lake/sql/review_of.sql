-- One verdict by its id, and whether it was taken back.
WITH source AS (
    SELECT * FROM lake.reviews WHERE review_id = $review_id
)
SELECT
    source.set_id, source.image_id, source.result_id, source.version, source.reviewer, source.reviewed_at,
    source.verdict, source.simulated, retractions.retracted_by
FROM source
LEFT JOIN lake.review_retractions AS retractions ON retractions.review_id = source.review_id;
