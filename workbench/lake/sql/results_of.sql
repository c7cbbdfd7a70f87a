-- Every result of one image with its photo's attributes; the one that holds first.
WITH source AS (
    SELECT * FROM image_outcomes WHERE set_id = $set_id AND image_id = $image_id
),
final AS (
    SELECT * FROM source
    QUALIFY row_number() OVER (PARTITION BY result_id ORDER BY reported_at DESC, run_id) = 1
)
SELECT * FROM final ORDER BY reported_at DESC, version DESC, result_id;
