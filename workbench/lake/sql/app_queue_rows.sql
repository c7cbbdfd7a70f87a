-- Whole rows of results by id, each as the newest run that reported it shows it.
WITH source AS (
    SELECT * FROM image_outcomes
    WHERE list_contains(CAST($set_ids AS VARCHAR[]), set_id)
        AND list_contains(CAST($image_ids AS VARCHAR[]), image_id)
        AND list_contains(CAST($result_ids AS VARCHAR[]), result_id)
),
final AS (
    SELECT * FROM source
    QUALIFY row_number() OVER (PARTITION BY result_id ORDER BY reported_at DESC, run_id) = 1
)
SELECT * FROM final;
