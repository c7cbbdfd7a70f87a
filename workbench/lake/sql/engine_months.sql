-- What each engine did in each calendar month (UTC), whoever the images were for: price steps and seats of a vendor
-- are about the whole month, not about the images somebody looks at.
WITH source AS (
    SELECT engine, day, started_at, ended_at
    FROM lake.results
    WHERE started_at IS NOT NULL AND engine IS NOT NULL
        AND coalesce(CAST($include_simulated AS BOOLEAN), false) = simulated
),
final AS (
    SELECT
        engine, CAST(date_trunc('month', day) AS DATE) AS month, count(*) AS images,
        sum(epoch(ended_at - started_at)) / 60.0 AS minutes
    FROM source
    GROUP BY engine, month
)
SELECT * FROM final ORDER BY engine, month;
