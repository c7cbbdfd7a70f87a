-- Sets that were run, newest first: id, name, whether they are simulated, how many runs.
WITH source AS (
    SELECT set_id, simulated, started_at, options ->> '$.set_name' AS set_name FROM lake.runs
),
final AS (
    SELECT
        set_id, coalesce(arg_max(set_name, started_at), set_id) AS set_name, bool_or(simulated) AS simulated,
        count(*) AS runs, max(started_at) AS last_run_at
    FROM source
    GROUP BY set_id
)
SELECT * FROM final ORDER BY last_run_at DESC, set_id;
