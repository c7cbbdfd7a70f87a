-- Whether a set of simulated rows is in the lake.
SELECT count(*) > 0 AS there FROM lake.runs WHERE set_id = $set_id AND simulated;
