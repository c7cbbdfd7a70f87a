-- The images that rows of a verdict file may mean: by image_id or SKU, with the newest version and every version's
-- result as it was last reported.
WITH asked AS (
    SELECT DISTINCT set_id, image_id
    FROM images_current
    WHERE ($set_id IS NULL OR set_id = $set_id)
        AND (image_id IN (SELECT key FROM wanted) OR sku IN (SELECT key FROM wanted))
),
ran AS (
    SELECT run_results.* FROM lake.run_results SEMI JOIN asked
        ON asked.set_id = run_results.set_id AND asked.image_id = run_results.image_id
),
reported AS (
    SELECT
        ran.set_id, ran.image_id, results.result_id, results.result_key, results.version, results.simulated,
        max(ran.recorded_at) AS reported_at
    FROM ran
    INNER JOIN lake.results AS results ON results.result_id = ran.result_id
    WHERE results.outcome = 'done'
    GROUP BY ALL
),
holding AS (
    SELECT set_id, image_id, result_key, version AS holds FROM reported
    QUALIFY row_number() OVER (
        PARTITION BY set_id, image_id ORDER BY reported_at DESC, version DESC, result_id
    ) = 1
),
final AS (
    SELECT
        reported.set_id, reported.image_id, photos.sku, reported.result_id, reported.version, holding.holds,
        reported.simulated
    FROM reported
    INNER JOIN holding
        ON holding.set_id = reported.set_id
        AND holding.image_id = reported.image_id
        AND holding.result_key = reported.result_key
    INNER JOIN images_current AS photos ON photos.set_id = reported.set_id AND photos.image_id = reported.image_id
    QUALIFY row_number() OVER (
        PARTITION BY reported.set_id, reported.image_id, reported.version
        ORDER BY reported.reported_at DESC, reported.result_id
    ) = 1
)
SELECT * FROM final ORDER BY set_id, image_id, version;
