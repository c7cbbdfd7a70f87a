-- How many images the filters of images.sql leave.
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
)
SELECT count(*) AS images FROM filtered;
