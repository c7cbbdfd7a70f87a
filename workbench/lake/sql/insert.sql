-- Adds the rows of the batch whose key is not there yet.
INSERT INTO lake.{table} BY NAME
WITH stored AS (
    SELECT row_key FROM lake.{table} WHERE row_key IN (SELECT row_key FROM batch_{table})
),
final AS (
    SELECT batch.*
    FROM batch_{table} AS batch
    ANTI JOIN stored ON stored.row_key = batch.row_key
)
SELECT * FROM final;
