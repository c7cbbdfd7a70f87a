-- title: Approved share
-- unit: share
-- better: higher
-- grain: one row
-- columns:
--   images: n: images processed, refused and failed ones included
--   approved_seen: approved by a person
--   published_unseen: published without a person having looked
--   approved: both together
--   approved_share: approved / images
--   seen_share: approved_seen / images
--   unseen_share: published_unseen / images
--   low: lower end of the 95% Wilson score interval of approved_share
--   high: upper end of it
-- doc: How much of what came in can go out. Published counts as approved until a verdict says otherwise; an image that
--   was published and then approved in an audit counts as seen. Of several results of an image the newest counts.
WITH source AS (
    SELECT set_id, image_id, state
    FROM counted_images($filters)
),
counted AS (
    SELECT
        nullif(count(*), 0) AS images,
        CASE WHEN count(*) > 0 THEN count(*) FILTER (state = 'approved') END AS approved_seen,
        CASE WHEN count(*) > 0 THEN count(*) FILTER (state = 'published') END AS published_unseen
    FROM source
),
rated AS (
    SELECT
        *,
        approved_seen + published_unseen AS approved,
        (approved_seen + published_unseen) / images AS approved_share
    FROM counted
),
final AS (
    SELECT
        images,
        approved_seen,
        published_unseen,
        approved,
        approved_share,
        approved_seen / images AS seen_share,
        published_unseen / images AS unseen_share,
        wilson_low(approved, images) AS low,
        wilson_high(approved, images) AS high
    FROM rated
)
SELECT * FROM final;
