-- title: What the checks flag
-- unit: images
-- better: lower
-- grain: one row per check, the most flagged first
-- columns:
--   check: name of the check
--   unit: unit of its value
--   images: n: images it measured
--   flagged: images beyond the limit
--   flagged_share: flagged / images
--   abstained: images it could not measure
--   median_value: median of what it measured
-- doc: Which faults the finished pictures show. Of several results of an image the newest under the filters counts.
--   Over very many, the median is within 1%: values are counted in steps of 2%.
WITH source AS (
    SELECT * FROM counted_checks($filters)
),
counted AS (
    SELECT
        "check", unit, nullif(sum(images), 0) AS images, CASE WHEN sum(images) > 0 THEN sum(flagged) END AS flagged,
        sum(abstained) AS abstained
    FROM source
    GROUP BY "check", unit
),
measured AS (
    SELECT "check", unit, one.key AS its_value, sum(one.value) AS n
    FROM (SELECT "check", unit, unnest(map_entries(spread)) AS one FROM source)
    GROUP BY "check", unit, its_value
),
ranked AS (
    SELECT
        "check", unit, its_value, sum(n) OVER (PARTITION BY "check", unit ORDER BY its_value) AS up_to,
        sum(n) OVER (PARTITION BY "check", unit) AS total
    FROM measured
),
medians AS (
    SELECT "check", unit, quantile_of(its_value, up_to, total, 0.5) AS median_value FROM ranked GROUP BY "check", unit
),
final AS (
    SELECT
        counted."check" AS "check", counted.unit AS unit, CAST(images AS BIGINT) AS images,
        CAST(flagged AS BIGINT) AS flagged, flagged / images AS flagged_share, CAST(abstained AS BIGINT) AS abstained,
        median_value
    FROM counted
    LEFT JOIN medians
        ON medians."check" = counted."check" AND medians.unit IS NOT DISTINCT FROM counted.unit
)
SELECT * FROM final ORDER BY flagged DESC NULLS LAST, "check";
