-- The images that rows written since the facts were stored are about; `worked_on` where more than a verdict came.
CREATE OR REPLACE TEMP TABLE touched AS
WITH taken_back AS (
    SELECT reviews.set_id, reviews.image_id
    FROM lake.reviews AS reviews
    SEMI JOIN lake.table_insertions('review_retractions', {first}, {last}) AS retractions
        ON retractions.review_id = reviews.review_id
),
source AS (
    SELECT set_id, image_id, true AS worked_on FROM lake.table_insertions('images', {first}, {last})
    UNION ALL SELECT set_id, image_id, true FROM lake.table_insertions('results', {first}, {last})
    UNION ALL SELECT set_id, image_id, true FROM lake.table_insertions('run_results', {first}, {last})
    UNION ALL SELECT set_id, image_id, true FROM lake.table_insertions('step_events', {first}, {last})
    UNION ALL SELECT set_id, image_id, false FROM lake.table_insertions('reviews', {first}, {last})
    UNION ALL SELECT set_id, image_id, false FROM taken_back
)
SELECT set_id, image_id, bool_or(worked_on) AS worked_on FROM source GROUP BY set_id, image_id;
