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
--   Over very many, the two quantiles are within 1%: seconds are counted in steps of 2%.
WITH source AS (
    SELECT * FROM counted_steps($filters)
),
counted AS (
    SELECT
        kind, name, sum(n) AS n, sum(core_seconds) AS total_core_seconds, sum(position) / sum(n) AS place,
        coalesce(sum(images) FILTER (NOT single), 0) + count(DISTINCT (set_id, image_id)) FILTER (single) AS images,
        coalesce(sum(failed_images) FILTER (NOT single), 0)
            + count(DISTINCT (set_id, image_id)) FILTER (single AND failed) AS failed
    FROM source
    GROUP BY kind, name
),
took AS (
    SELECT kind, name, one.key AS seconds, sum(one.value) AS n
    FROM (SELECT kind, name, unnest(map_entries(spread)) AS one FROM source)
    GROUP BY kind, name, seconds
),
ranked AS (
    SELECT
        kind, name, seconds, sum(n) OVER (PARTITION BY kind, name ORDER BY seconds) AS up_to,
        sum(n) OVER (PARTITION BY kind, name) AS total
    FROM took
),
quantiles AS (
    SELECT
        kind, name, quantile_of(seconds, up_to, total, 0.5) AS median_seconds,
        quantile_of(seconds, up_to, total, 0.95) AS p95_seconds
    FROM ranked
    GROUP BY kind, name
),
final AS (
    SELECT
        kind, name, CAST(images AS BIGINT) AS images, median_seconds, p95_seconds,
        total_core_seconds / n AS mean_core_seconds, total_core_seconds, CAST(failed AS BIGINT) AS failed, place
    FROM counted
    INNER JOIN quantiles USING (kind, name)
)
SELECT * EXCLUDE (place) FROM final ORDER BY place, kind, name;
