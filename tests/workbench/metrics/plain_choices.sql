-- What can be filtered by (choices.sql), plainly over the records.
WITH source AS (
    SELECT DISTINCT set_id, image_id, category, spec_name, simulated FROM plain_outcomes
),
final AS (
    SELECT set_id, category, spec_name, simulated, count(*) AS images FROM source GROUP BY ALL
)
SELECT * FROM final ORDER BY set_id, category NULLS LAST, spec_name;
