-- The images that rows written since the facts were stored are about.
CREATE OR REPLACE TEMP TABLE touched AS
WITH taken_back AS (
    SELECT reviews.set_id, reviews.image_id
    FROM lake.reviews AS reviews
    SEMI JOIN lake.table_insertions('review_retractions', {first}, {last}) AS retractions
        ON retractions.review_id = reviews.review_id
),
final AS (
    SELECT set_id, image_id FROM lake.table_insertions('images', {first}, {last})
    UNION SELECT set_id, image_id FROM lake.table_insertions('results', {first}, {last})
    UNION SELECT set_id, image_id FROM lake.table_insertions('run_results', {first}, {last})
    UNION SELECT set_id, image_id FROM lake.table_insertions('reviews', {first}, {last})
    UNION SELECT set_id, image_id FROM taken_back
)
SELECT DISTINCT set_id, image_id FROM final;
