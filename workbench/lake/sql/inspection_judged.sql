-- Judged automatic results with what may explain their rework: one row an image, its newest judged result.
WITH failed AS (
    SELECT set_id, image_id, result_id, auto_failed
    FROM automatic_results($filters)
    WHERE auto_failed IS NOT NULL
),
minutes AS (
    SELECT
        set_id, image_id,
        sum(active_seconds) FILTER (
            verdict <> 'approved' OR coalesce(pixels_changed, false) OR judgement > 1
        ) / 60 AS minutes
    FROM judged
    WHERE from_inside(source)
    GROUP BY set_id, image_id
),
final AS (
    SELECT
        failed.set_id, failed.image_id, failed.result_id, failed.auto_failed, coalesce(minutes.minutes, 0) AS minutes,
        results.photo_hash, results.artefacts, results.attributes, results.engine, photos.sku, photos.category, photos.brand,
        photos.channel, photos.campaign_tier AS tier, photos.received_at,
        list_transform(list_filter(results.checks, lambda c: c.passed = false), lambda c: c."check") AS flags
    FROM failed
    INNER JOIN lake.results AS results ON results.result_id = failed.result_id
    INNER JOIN images_current AS photos ON photos.set_id = failed.set_id AND photos.image_id = failed.image_id
    LEFT JOIN minutes ON minutes.set_id = failed.set_id AND minutes.image_id = failed.image_id
    QUALIFY row_number() OVER (PARTITION BY failed.set_id, failed.image_id ORDER BY results.recorded_at DESC) = 1
)
SELECT * FROM final ORDER BY set_id, image_id;
