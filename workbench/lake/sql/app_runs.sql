-- Runs as the filters offer them, newest first: what was asked for and how it ended (runs.sql says what came out too).
WITH source AS (
    SELECT * FROM lake.runs
    WHERE ($set_id IS NULL OR set_id = $set_id)
        AND (coalesce(CAST($include_simulated AS BOOLEAN), true) OR NOT simulated)
),
ends AS (
    SELECT run_id, ended_at, outcome
    FROM lake.run_ends
    QUALIFY row_number() OVER (PARTITION BY run_id ORDER BY ended_at DESC) = 1
),
final AS (
    SELECT
        source.run_id, source.set_id, source.spec_name, source.policy_name, source.policy_version, source.started_at,
        ends.outcome, source.images_expected, source.options, source.simulated
    FROM source
    LEFT JOIN ends ON ends.run_id = source.run_id
)
SELECT * FROM final ORDER BY started_at DESC, run_id LIMIT CAST($limit AS BIGINT);
