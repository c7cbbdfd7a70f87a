-- What came out of one run: images by lane and outcome, each counted once; one row, all zero for a run without results.
WITH source AS (
    SELECT ran.set_id, ran.image_id, results.outcome, results.lane
    FROM lake.run_results AS ran
    INNER JOIN lake.results AS results ON results.result_id = ran.result_id
    WHERE ran.run_id = $run_id
    QUALIFY row_number() OVER (PARTITION BY ran.set_id, ran.image_id ORDER BY ran.recorded_at DESC, ran.row_key) = 1
),
final AS (
    SELECT
        count(*) AS images,
        count(*) FILTER (outcome != 'done') AS failed,
        count(*) FILTER (lane = 'auto') AS auto,
        count(*) FILTER (lane = 'check') AS "check",
        count(*) FILTER (lane = 'manual') AS manual,
        count(*) FILTER (lane = 'senior') AS senior
    FROM source
)
SELECT * FROM final;
