-- Counts that belong together, from one snapshot.
SELECT
    (SELECT count(*) FROM lake.results) AS results,
    (SELECT count(DISTINCT row_key) FROM lake.results) AS distinct_results,
    (SELECT count(*) FROM lake.run_results) AS run_results,
    (SELECT count(*) FROM lake.step_events) AS step_events;
