-- Takes the simulated rows out of a table.
DELETE FROM lake.{table} WHERE simulated;
