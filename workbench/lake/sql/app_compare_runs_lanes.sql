-- From which lane to which: images of two runs of a set, one row a pair; an image without a lane counts by its outcome.
WITH source AS (
    SELECT run_id, set_id, image_id, coalesce(lane, outcome) AS lane FROM image_outcomes
    WHERE run_id IN ($run_a, $run_b)
    QUALIFY row_number() OVER (PARTITION BY run_id, set_id, image_id ORDER BY reported_at DESC, version DESC) = 1
),
final AS (
    SELECT a.lane AS lane_a, b.lane AS lane_b, count(*) AS images
    FROM (SELECT * FROM source WHERE run_id = $run_a) AS a
    INNER JOIN (SELECT * FROM source WHERE run_id = $run_b) AS b ON b.set_id = a.set_id AND b.image_id = a.image_id
    GROUP BY ALL
)
SELECT * FROM final
ORDER BY
    list_position(['auto', 'check', 'manual', 'senior', 'refused', 'failed'], lane_a),
    list_position(['auto', 'check', 'manual', 'senior', 'refused', 'failed'], lane_b);
