-- How much waits for a person, by what and lane: images, minutes of work expected, nearest deadline, longest waiting.
WITH source AS (
    SELECT * FROM held_work($run_id, $set_id, NULL, $include_simulated)
),
filtered AS (
    SELECT source.*, photos.deadline, photos.received_at
    FROM source
    LEFT JOIN images_current AS photos ON photos.set_id = source.set_id AND photos.image_id = source.image_id
    WHERE source.what IS NOT NULL
        AND ($lane IS NULL OR source.lane = $lane)
        AND ($category IS NULL OR photos.category = $category)
        AND ($brand IS NULL OR photos.brand = $brand)
        AND ($set_id IS NULL OR photos.set_id = $set_id)
),
final AS (
    SELECT
        what, lane, count(*) AS images, sum(expected_minutes) AS minutes, min(deadline) AS nearest_deadline,
        min(received_at) AS oldest_at
    FROM filtered
    GROUP BY what, lane
)
SELECT * FROM final
ORDER BY list_position(['review', 'audit', 'correct'], what), list_position(['senior', 'manual', 'check', 'auto'], lane);
