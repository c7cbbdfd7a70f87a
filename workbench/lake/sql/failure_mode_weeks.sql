-- Week by week (of the first verdict): images judged, and those found wanting for a reason (any when $mode is NULL) in a
-- category (any when $at is NULL), with the 95% Wilson interval of their share.
WITH source AS (
    SELECT
        CAST(date_trunc('week', utc(reviewed_at)) AS DATE) AS week,
        (verdict <> 'approved' OR coalesce(pixels_changed, false)) AND (
            $mode IS NULL OR list_contains(reasons, $mode)
            OR ($mode = 'no reason given' AND coalesce(len(reasons), 0) = 0)
        ) AS wanting
    FROM chosen_verdicts($filters)
    WHERE judgement = 1 AND ($at IS NULL OR coalesce(category, 'no category') = $at)
),
final AS (
    SELECT
        week, count(*) AS judged, count(*) FILTER (wanting) AS images, count(*) FILTER (wanting) / count(*) AS share,
        wilson_low(count(*) FILTER (wanting), count(*)) AS low, wilson_high(count(*) FILTER (wanting), count(*)) AS high
    FROM source
    GROUP BY week
)
SELECT * FROM final ORDER BY week;
