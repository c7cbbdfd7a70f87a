-- The steps and writers behind some results, with what they took.
WITH source AS (
    SELECT events.result_id, events.position, events.kind, events.name, events.seconds, events.core_seconds
    FROM lake.step_events AS events
    SEMI JOIN wanted ON wanted.result_id = events.result_id
    WHERE events.kind != 'check' AND events.outcome = 'done'
)
SELECT * FROM source ORDER BY result_id, position;
