-- The events of a result; of the result that first had the same pixels when its own were reused.
WITH asked AS (
    SELECT result_id, result_key, outcome FROM lake.results WHERE result_id = $result_id
),
source AS (
    SELECT results.result_id, results.result_id = asked.result_id AS own, results.made_at
    FROM lake.results AS results
    INNER JOIN asked ON asked.result_key = results.result_key AND asked.outcome = results.outcome
    SEMI JOIN lake.step_events AS events ON events.result_id = results.result_id
),
chosen AS (
    SELECT result_id FROM source ORDER BY own DESC, made_at, result_id LIMIT 1
),
final AS (
    SELECT
        events.position, events.kind, events.name, events.started_at, events.seconds, events.core_seconds,
        events.outcome, events.error
    FROM lake.step_events AS events
    SEMI JOIN chosen ON chosen.result_id = events.result_id
)
SELECT * FROM final ORDER BY position;
