-- What waits for a person, most urgent first: `review`, `audit` or `correct` in `what`, and in `total` how many the
-- filters leave. Slim rows are sorted and cut first; whole rows are looked up for the few that are shown.
-- `review_id` is the verdict that stands on the version that holds.
WITH source AS (
    SELECT * FROM held_work($run_id, $set_id, $image_id, $include_simulated)
),
waiting AS (
    SELECT * FROM source
    WHERE ($image_id IS NOT NULL OR list_contains(CAST($whats AS VARCHAR[]), what))
        AND ($lane IS NULL OR lane = $lane)
),
filtered AS MATERIALIZED (
    SELECT
        waiting.*, photos.sku, photos.category, photos.brand, photos.campaign_tier, photos.deadline, photos.received_at
    FROM waiting
    LEFT JOIN images_current AS photos
        ON photos.set_id = waiting.set_id AND photos.image_id = waiting.image_id
    WHERE ($category IS NULL OR photos.category = $category)
        AND ($brand IS NULL OR photos.brand = $brand)
        AND ($set_id IS NULL OR photos.set_id = $set_id)
        AND ($image_id IS NULL OR photos.image_id = $image_id)
),
final AS (
    SELECT
        set_id, image_id, result_id, version, review_id, what, state, lane, sku, category, brand, campaign_tier,
        deadline, received_at, risk, run_id, reported_at, simulated, (SELECT count(*) FROM filtered) AS total
    FROM filtered
)
SELECT * FROM final
ORDER BY
    deadline ASC NULLS LAST, campaign_tier = 'high_value' DESC, risk DESC NULLS LAST, received_at ASC NULLS LAST,
    set_id, image_id
LIMIT CAST($limit AS BIGINT) OFFSET CAST(coalesce($offset, 0) AS BIGINT);
