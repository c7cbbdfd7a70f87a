-- Verdicts on one image, oldest first.
WITH source AS (
    SELECT * FROM judged WHERE set_id = $set_id AND image_id = $image_id
)
SELECT * FROM source ORDER BY judgement;
