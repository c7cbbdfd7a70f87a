-- What each engine did in each calendar month (UTC), whoever the images were for: price steps and seats of a vendor
-- are about the whole month, not about the images somebody looks at.
WITH source AS (
    SELECT engine, made_on, worked, seconds
    FROM counted_any_day($filters, false)
    WHERE is_first AND worked > 0 AND engine IS NOT NULL
),
final AS (
    SELECT
        engine, CAST(date_trunc('month', made_on) AS DATE) AS month, CAST(sum(worked) AS BIGINT) AS images,
        sum(seconds) / 60.0 AS minutes
    FROM source
    GROUP BY engine, month
)
SELECT * FROM final ORDER BY engine, month;
