-- title: Throughput per hour
-- unit: images per hour
-- better: higher
-- grain: one row per hour (UTC) in which photos were worked on
-- columns:
--   hour: start of the hour, UTC
--   images: images finished in that hour: done, refused or failed; NULL when work went on but none was finished
--   busy_hours: part of the hour in which at least one photo was being worked on
--   images_per_hour: images / busy_hours
-- doc: How fast the pipeline works while it works: pauses between runs do not count, photos whose pixels were reused
--   do not count. Each image counts in the hour its last result under the filters was finished.
WITH source AS (
    SELECT hour, images, busy_seconds / 3600.0 AS busy_hours FROM counted_hours($filters)
),
final AS (
    SELECT
        hour, nullif(images, 0) AS images, busy_hours, nullif(images, 0) / nullif(busy_hours, 0) AS images_per_hour
    FROM source
)
SELECT * FROM final ORDER BY hour;
