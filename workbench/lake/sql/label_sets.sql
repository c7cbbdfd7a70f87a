-- Sets that were run, by the name people know them by, newest first.
WITH source AS (
    SELECT set_id, options ->> '$.set_name' AS set_name, source AS came_from, started_at FROM lake.runs WHERE NOT simulated
),
final AS (
    SELECT set_id, set_name, came_from, started_at FROM source
    QUALIFY row_number() OVER (PARTITION BY set_id ORDER BY started_at DESC) = 1
)
SELECT * FROM final ORDER BY started_at DESC;
