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
stored AS (
    SELECT run_id, count(*) AS n FROM lake.run_results SEMI JOIN chosen USING (run_id) GROUP BY run_id
),
by_day AS ( -- what is stored for figures (days.sql) tells as well, of runs that have no more rows by now
    SELECT
        run_id, sum(n) AS n,
        CAST(sum(n) FILTER (later_in_run IS NULL) AS BIGINT) AS images,
        CAST(coalesce(sum(n) FILTER (later_in_run IS NULL AND outcome = 'done'), 0) AS BIGINT) AS done,
        CAST(coalesce(sum(n) FILTER (later_in_run IS NULL AND outcome = 'refused'), 0) AS BIGINT) AS refused,
        CAST(coalesce(sum(n) FILTER (later_in_run IS NULL AND outcome = 'failed'), 0) AS BIGINT) AS failed,
        CAST(coalesce(sum(n) FILTER (later_in_run IS NULL AND reused), 0) AS BIGINT) AS reused,
        max(last_at) AS last_result_at
    FROM lake.kept_image_days
    WHERE attributes = 0 AND (SELECT count(*) FROM lake.kept_state) = 1
    GROUP BY run_id
),
kept AS (
    SELECT by_day.* EXCLUDE (n) FROM by_day INNER JOIN stored ON stored.run_id = by_day.run_id AND stored.n = by_day.n
),
newest AS (
    SELECT ran.run_id, ran.reused, results.outcome, ran.recorded_at
    FROM lake.run_results AS ran
    SEMI JOIN (SELECT run_id FROM chosen WHERE run_id NOT IN (SELECT run_id FROM kept)) AS others
        ON others.run_id = ran.run_id
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
    UNION ALL
    SELECT * FROM kept
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
