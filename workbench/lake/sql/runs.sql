-- Runs, newest first: what was asked for, how it ended, what came out. `ended_at` is NULL while it runs, and for
-- ever when it was killed. A result counts once per image: the newest of this run. NULL for $include_simulated leaves
-- simulated runs in: this is a list and no figure.
WITH source AS (
    SELECT * FROM lake.runs
    WHERE ($set_id IS NULL OR set_id = $set_id)
        AND (coalesce(CAST($include_simulated AS BOOLEAN), true) OR NOT simulated)
),
ends AS (
    SELECT run_id, ended_at, outcome, reason
    FROM lake.run_ends
    QUALIFY row_number() OVER (PARTITION BY run_id ORDER BY ended_at DESC) = 1
),
chosen AS (
    SELECT * FROM source ORDER BY started_at DESC, run_id LIMIT CAST($limit AS BIGINT)
),
reported AS NOT MATERIALIZED (
    SELECT ran.*, hash(ran.run_id, ran.set_id, ran.image_id) AS image
    FROM lake.run_results AS ran
    SEMI JOIN chosen ON chosen.run_id = ran.run_id
),
several AS ( -- a number for a run's image: most were reported once, and only the others are put in order
    SELECT image FROM reported GROUP BY image HAVING count(*) > 1
),
held AS (
    SELECT run_id, result_id, reused, recorded_at FROM reported ANTI JOIN several ON several.image = reported.image
    UNION ALL
    SELECT run_id, result_id, reused, recorded_at FROM (
        SELECT * FROM reported SEMI JOIN several ON several.image = reported.image
        QUALIFY row_number() OVER (PARTITION BY run_id, set_id, image_id ORDER BY recorded_at DESC, row_key) = 1
    )
),
newest AS ( -- nearly all are done: only the others are looked up
    SELECT held.run_id, held.reused, held.recorded_at, coalesce(results.outcome, 'done') AS outcome
    FROM held
    LEFT JOIN (SELECT result_id, outcome FROM lake.results WHERE outcome <> 'done') AS results
        ON results.result_id = held.result_id
),
counts AS (
    SELECT
        run_id,
        count(*) AS images,
        count(*) FILTER (outcome = 'done') AS done,
        count(*) FILTER (outcome = 'refused') AS refused,
        count(*) FILTER (outcome = 'failed') AS failed,
        count(*) FILTER (reused) AS reused,
        max(recorded_at) AS last_result_at
    FROM newest
    GROUP BY run_id
),
final AS (
    SELECT
        chosen.run_id, chosen.set_id, chosen.source, chosen.spec_name, chosen.spec_hash, chosen.policy_name,
        chosen.policy_version, chosen.policy_hash, chosen.started_at, ends.ended_at, ends.outcome, ends.reason,
        chosen.images_expected, counts.images, counts.done, counts.refused, counts.failed, counts.reused,
        counts.last_result_at, chosen.workers, chosen.options, chosen.simulated
    FROM chosen
    LEFT JOIN ends ON ends.run_id = chosen.run_id
    LEFT JOIN counts ON counts.run_id = chosen.run_id
)
SELECT * FROM final ORDER BY started_at DESC, run_id;
