-- Where an image stands: every version of the result that holds, that one first, with the photo, the verdict that stands
-- on the newest version and the newest verdict on the image at all.
WITH ran AS (
    SELECT result_id, run_id, recorded_at FROM lake.run_results WHERE set_id = $set_id AND image_id = $image_id
),
results AS (
    SELECT * FROM lake.results WHERE set_id = $set_id AND image_id = $image_id AND outcome = 'done'
),
reported AS (
    SELECT results.*, ran.run_id, ran.recorded_at AS reported_at
    FROM results
    INNER JOIN ran ON ran.result_id = results.result_id
),
holding AS (
    SELECT result_id, result_key, version, run_id FROM reported
    ORDER BY reported_at DESC, version DESC, result_id
    LIMIT 1
),
verdicts AS (
    SELECT reviews.review_id, reviews.verdict, reviews.reviewer, reviews.reviewed_at, reviews.version, results.result_key
    FROM lake.reviews AS reviews
    ANTI JOIN lake.review_retractions AS retractions ON retractions.review_id = reviews.review_id
    LEFT JOIN results ON results.result_id = reviews.result_id
    WHERE reviews.set_id = $set_id AND reviews.image_id = $image_id
),
newest AS (
    SELECT review_id AS newest_review_id FROM verdicts ORDER BY reviewed_at DESC, review_id DESC LIMIT 1
),
stands AS (
    SELECT verdicts.review_id, verdicts.verdict, verdicts.reviewer, verdicts.reviewed_at
    FROM verdicts
    INNER JOIN holding ON holding.result_key = verdicts.result_key AND holding.version = verdicts.version
    ORDER BY verdicts.reviewed_at DESC, verdicts.review_id DESC
    LIMIT 1
),
photo AS (
    SELECT
        sku, path, relative_path, category, brand, job_id, channel, received_at, campaign_tier, deadline, alpha_path,
        trimap_path, reference_path, extra
    FROM lake.images
    WHERE set_id = $set_id AND image_id = $image_id
    ORDER BY seen_at DESC, row_key
    LIMIT 1
),
run AS (
    SELECT options ->> '$.set_name' AS set_name FROM lake.runs SEMI JOIN holding ON holding.run_id = runs.run_id
),
final AS (
    SELECT
        reported.*, photo.*, run.set_name, stands.*, newest.newest_review_id,
        reported.result_id = holding.result_id AS holds
    FROM reported
    INNER JOIN holding ON holding.result_key = reported.result_key
    CROSS JOIN photo
    LEFT JOIN run ON true
    LEFT JOIN stands ON true
    LEFT JOIN newest ON true
    QUALIFY row_number() OVER (PARTITION BY reported.version ORDER BY reported.reported_at DESC, reported.result_id) = 1
)
SELECT * FROM final ORDER BY holds DESC, version DESC;
