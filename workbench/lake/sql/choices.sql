-- What can be filtered by, and how many images each combination has.
WITH source AS (
    SELECT DISTINCT set_id, image_id, category, spec_name, simulated FROM image_outcomes
),
final AS (
    SELECT set_id, category, spec_name, simulated, count(*) AS images FROM source GROUP BY ALL
)
SELECT * FROM final ORDER BY set_id, category NULLS LAST, spec_name;
