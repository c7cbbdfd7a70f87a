-- title: Seconds per step
-- unit: seconds
-- better: lower
-- grain: one row per step, check and file writer, in the order they run
-- columns:
--   kind: step, check or deliver
--   name: name of the step, check or writer
--   images: images it worked on
--   median_seconds: median wall time
--   p95_seconds: wall time that 95% of the runs stay below
--   mean_core_seconds: mean processor time
--   total_core_seconds: processor time of all
--   failed: images on which it did not succeed at least once
-- doc: Where the time goes, over every time the step was really executed; reused pixels cost nothing and are not here.
WITH filtered AS (
    SELECT * FROM chosen_events($filters)
),
final AS (
    SELECT
        kind,
        name,
        count(DISTINCT (set_id, image_id)) AS images,
        median(seconds) AS median_seconds,
        quantile_cont(seconds, 0.95) AS p95_seconds,
        avg(core_seconds) AS mean_core_seconds,
        sum(core_seconds) AS total_core_seconds,
        count(DISTINCT (set_id, image_id)) FILTER (outcome <> 'done') AS failed,
        median(position) AS place
    FROM filtered
    GROUP BY kind, name
)
SELECT * EXCLUDE (place) FROM final ORDER BY place, kind, name;
