-- Tags that stand: the newest change of each image and tag, if it set the tag.
WITH source AS (
    SELECT * FROM lake.inspection_tags WHERE simulated = CAST($simulated AS BOOLEAN)
),
final AS (
    SELECT sample_key, set_id, image_id, result_id, tag, state, noted_by, changed_at, noted_at
    FROM source
    QUALIFY row_number() OVER (PARTITION BY sample_key, tag ORDER BY noted_at DESC, changed_at DESC, row_key) = 1
)
SELECT * EXCLUDE (state) FROM final WHERE state = 'set' ORDER BY sample_key, tag;
