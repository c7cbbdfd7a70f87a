-- The state people's verdicts have put a set's images in, by the routing it was judged under.
WITH source AS (
    SELECT DISTINCT set_id, image_id FROM lake.reviews WHERE set_id = $set_id
),
final AS (
    SELECT outcomes.image_id, outcomes.routing_key, outcomes.state
    FROM image_outcomes AS outcomes
    SEMI JOIN source ON source.set_id = outcomes.set_id AND source.image_id = outcomes.image_id
    WHERE outcomes.routing_key IS NOT NULL
    QUALIFY row_number() OVER (
        PARTITION BY outcomes.image_id, outcomes.routing_key ORDER BY outcomes.version DESC, outcomes.reported_at DESC
    ) = 1
)
SELECT * FROM final;
