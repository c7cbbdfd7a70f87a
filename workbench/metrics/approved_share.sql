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
    SELECT state, n
    FROM counted_days($filters, false)
),
counted AS (
    SELECT
        CAST(sum(n) AS BIGINT) AS images,
        CASE WHEN sum(n) > 0 THEN CAST(coalesce(sum(n) FILTER (state = 'approved'), 0) AS BIGINT) END AS approved_seen,
        CASE WHEN sum(n) > 0 THEN CAST(coalesce(sum(n) FILTER (state = 'published'), 0) AS BIGINT) END
            AS published_unseen
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
