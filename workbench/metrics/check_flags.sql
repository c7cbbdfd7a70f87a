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
WITH source AS (
    SELECT set_id, image_id, checks
    FROM chosen_images($filters)
),
filtered AS (
    SELECT set_id, image_id, unnest(checks) AS measured FROM source
),
counted AS (
    SELECT
        measured."check" AS "check",
        measured.unit AS unit,
        nullif(count(measured."value"), 0) AS images,
        CASE WHEN count(measured."value") > 0 THEN count(*) FILTER (NOT measured.passed) END AS flagged,
        count(*) FILTER (measured."value" IS NULL) AS abstained,
        median(measured."value") AS median_value
    FROM filtered
    GROUP BY 1, 2
),
final AS (
    SELECT "check", unit, images, flagged, flagged / images AS flagged_share, abstained, median_value FROM counted
)
SELECT * FROM final ORDER BY flagged DESC NULLS LAST, "check";
