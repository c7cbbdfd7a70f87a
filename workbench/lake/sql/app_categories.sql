-- The categories there are, with how many images each has.
WITH source AS (
    SELECT DISTINCT set_id, image_id, coalesce(category, '') AS category
    FROM image_outcomes
    WHERE coalesce(CAST($include_simulated AS BOOLEAN), false) OR NOT simulated
),
final AS (SELECT category, count(*) AS images FROM source GROUP BY category)
SELECT * FROM final ORDER BY category;
