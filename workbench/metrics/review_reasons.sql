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
WITH first_verdicts AS (
    SELECT count(*) AS judged FROM counted_verdicts($filters) WHERE judgement = 1
),
source AS NOT MATERIALIZED (
    SELECT set_id, image_id, reviewed_at, reasons
    FROM counted_verdicts($filters)
    WHERE judgement = 1 AND verdict IN ('rework', 'rejected')
),
ticked AS (
    SELECT set_id, image_id, judged, reviewed_at, unnest(list_distinct(reasons)) AS reason
    FROM source CROSS JOIN first_verdicts
),
final AS (
    SELECT
        reason,
        count(*) AS images,
        any_value(judged) AS judged,
        count(*) / any_value(judged) AS share,
        wilson_low(count(*), any_value(judged)) AS low,
        wilson_high(count(*), any_value(judged)) AS high,
        arg_max(set_id, reviewed_at) AS example_set_id,
        arg_max(image_id, reviewed_at) AS example_image_id
    FROM ticked
    GROUP BY reason
)
SELECT * FROM final ORDER BY images DESC, reason;
