-- How the images split over the lanes, and the seconds their automatic results took one worker.
WITH source AS (
    SELECT lane, core_seconds, engine
    FROM image_outcomes
    WHERE outcome = 'done'
        AND lane IS NOT NULL
        AND version = 1
        AND ($set_id IS NULL OR set_id = $set_id)
        AND (coalesce(CAST($include_simulated AS BOOLEAN), false) OR NOT simulated)
    QUALIFY row_number() OVER (PARTITION BY set_id, image_id ORDER BY reported_at DESC, result_id) = 1
),
final AS (
    SELECT lane, count(*) AS images, avg(core_seconds) AS core_seconds, count(core_seconds) AS timed
    FROM source
    GROUP BY lane
)
SELECT * FROM final ORDER BY list_position(['auto', 'check', 'manual', 'senior'], lane);
