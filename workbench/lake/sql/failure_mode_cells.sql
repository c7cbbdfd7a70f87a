-- What was found wrong, by category: images whose first verdict sent them back or had to be mended, by reason; the share of
-- the category's judged images with its 95% Wilson interval, and the minutes of rework. An image with two reasons counts in
-- both, and its minutes are divided between them, so that minutes add up.
WITH verdicts AS (
    SELECT * FROM chosen_verdicts($filters)
),
judged_images AS (
    SELECT
        set_id, image_id, coalesce(category, 'no category') AS category, reasons,
        verdict <> 'approved' OR coalesce(pixels_changed, false) AS wanting
    FROM verdicts
    WHERE judgement = 1
),
minutes AS (
    SELECT set_id, image_id, sum(active_seconds) / 60 AS minutes
    FROM verdicts
    WHERE from_inside(source) AND (verdict <> 'approved' OR coalesce(pixels_changed, false) OR judgement > 1)
    GROUP BY set_id, image_id
),
judged_counts AS (
    SELECT category, count(*) AS judged FROM judged_images GROUP BY category
),
modes AS (
    SELECT
        judged_images.set_id, judged_images.image_id, judged_images.category,
        unnest(CASE WHEN len(reasons) > 0 THEN list_distinct(reasons) ELSE ['no reason given'] END) AS mode,
        coalesce(minutes.minutes, 0) / greatest(len(list_distinct(reasons)), 1) AS minutes
    FROM judged_images
    LEFT JOIN minutes ON minutes.set_id = judged_images.set_id AND minutes.image_id = judged_images.image_id
    WHERE wanting
),
counted AS (
    SELECT category, mode, count(*) AS images, sum(minutes) AS minutes FROM modes GROUP BY category, mode
),
final AS (
    SELECT
        judged_counts.category, counted.mode, coalesce(counted.images, 0) AS images, judged_counts.judged,
        counted.images / judged_counts.judged AS share, wilson_low(counted.images, judged_counts.judged) AS low,
        wilson_high(counted.images, judged_counts.judged) AS high, counted.minutes
    FROM judged_counts
    LEFT JOIN counted ON counted.category = judged_counts.category
)
SELECT * FROM final ORDER BY category, images DESC, mode;
