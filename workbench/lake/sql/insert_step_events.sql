-- Adds the events of results that are not there yet: they are written in one transaction with them, before them.
INSERT INTO lake.step_events BY NAME
WITH stored AS (
    SELECT row_key FROM lake.results WHERE row_key IN (SELECT result_id FROM batch_step_events)
),
final AS (
    SELECT batch.*
    FROM batch_step_events AS batch
    ANTI JOIN stored ON stored.row_key = batch.result_id
)
SELECT * FROM final;
