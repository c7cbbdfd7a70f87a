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
newest AS (
    SELECT ran.run_id, ran.reused, results.outcome, ran.recorded_at
    FROM lake.run_results AS ran
    SEMI JOIN chosen ON chosen.run_id = ran.run_id
    INNER JOIN lake.results AS results ON results.result_id = ran.result_id
    QUALIFY row_number() OVER (
        PARTITION BY ran.run_id, ran.set_id, ran.image_id ORDER BY ran.recorded_at DESC, ran.row_key
    ) = 1
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
