-- No rows, but the columns and types an insert must bring.
SELECT * FROM lake.{table} LIMIT 0;
