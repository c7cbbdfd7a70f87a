-- title: Reasons for sending images back
-- unit: images
-- better: lower
-- grain: one row per reason, the most frequent first
-- columns:
--   reason: what people ticked
--   images: images whose first verdict was rework or rejected for it; an image with two reasons counts in both
--   judged: n: images with a first verdict
--   share: images / judged
--   low: lower end of the 95% Wilson score interval
--   high: upper end of it
--   example_set_id: set of an image to look at
--   example_image_id: that image
-- doc: What people find wrong with the automatic results, by the first verdict on each image. The period filters the
--   day of that verdict.
WITH source AS (
    SELECT * FROM counted_verdict_days($filters) WHERE judgement = 1
),
first_verdicts AS (
    SELECT CAST(sum(n) AS BIGINT) AS judged FROM source
),
ticked AS (
    SELECT set_id, example_image_id, last_at, n, unnest(list_distinct(reasons)) AS reason
    FROM source
    WHERE verdict IN ('rework', 'rejected')
),
counted AS (
    SELECT
        reason, CAST(sum(n) AS BIGINT) AS images,
        max({'at': last_at, 'set_id': set_id, 'image_id': example_image_id}) AS newest
    FROM ticked
    GROUP BY reason
),
final AS (
    SELECT
        reason, images, judged, images / judged AS share, wilson_low(images, judged) AS low,
        wilson_high(images, judged) AS high, newest.set_id AS example_set_id, newest.image_id AS example_image_id
    FROM counted CROSS JOIN first_verdicts
)
SELECT * FROM final ORDER BY images DESC, reason;
