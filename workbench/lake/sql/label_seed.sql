-- The lake's secret seed, if it has one.
SELECT seed FROM lake.label_seed ORDER BY made_at LIMIT 1;
