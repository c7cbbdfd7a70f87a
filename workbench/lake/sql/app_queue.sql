-- What waits for a person, most urgent first: `review`, `audit` or `correct` in `what`, and in `total` how many the
-- filters leave. Slim rows are sorted and cut first; whole rows are looked up for the few that are shown.
-- `review_id` is the verdict that stands on the version that holds.
WITH ran AS (
    SELECT set_id, image_id, result_id, run_id, recorded_at AS reported_at FROM lake.run_results
    WHERE ($run_id IS NULL OR run_id = $run_id)
        AND ($set_id IS NULL OR set_id = $set_id)
        AND ($image_id IS NULL OR image_id = $image_id)
        AND (coalesce(CAST($include_simulated AS BOOLEAN), false) OR NOT simulated)
),
results AS (
    SELECT result_id, set_id, image_id, result_key, version, outcome, lane, status, risk, audit_sample, simulated
    FROM lake.results
    WHERE ($set_id IS NULL OR set_id = $set_id) AND ($image_id IS NULL OR image_id = $image_id)
),
holding AS (
    SELECT ran.run_id, ran.reported_at, results.*
    FROM ran
    INNER JOIN results ON results.result_id = ran.result_id
    QUALIFY row_number() OVER (
        PARTITION BY ran.set_id, ran.image_id ORDER BY ran.reported_at DESC, results.version DESC, results.result_id
    ) = 1
),
verdicts AS (
    SELECT set_id, image_id, result_key, version, verdict, review_id
    FROM judged
    WHERE ($set_id IS NULL OR set_id = $set_id) AND ($image_id IS NULL OR image_id = $image_id)
    QUALIFY row_number() OVER (
        PARTITION BY set_id, image_id, result_key, version ORDER BY reviewed_at DESC, row_key DESC
    ) = 1
),
source AS (
    SELECT
        holding.*, verdicts.review_id,
        coalesce(verdicts.verdict, holding.status) AS state,
        CASE
            WHEN verdicts.verdict = 'rework' THEN 'correct'
            WHEN verdicts.verdict IS NOT NULL THEN NULL
            WHEN holding.lane = 'auto' AND holding.audit_sample THEN 'audit'
            WHEN holding.status IN ('queued', 'claimed') THEN 'review'
        END AS what
    FROM holding
    LEFT JOIN verdicts
        ON verdicts.set_id = holding.set_id
        AND verdicts.image_id = holding.image_id
        AND verdicts.result_key = holding.result_key
        AND verdicts.version = holding.version
    WHERE holding.outcome = 'done'
),
waiting AS (
    SELECT * FROM source
    WHERE ($image_id IS NOT NULL OR list_contains(CAST($whats AS VARCHAR[]), what))
        AND ($lane IS NULL OR lane = $lane)
),
filtered AS (
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
        deadline, received_at, risk, run_id, reported_at, simulated, count(*) OVER () AS total
    FROM filtered
)
SELECT * FROM final
ORDER BY
    deadline ASC NULLS LAST, campaign_tier = 'high_value' DESC, risk DESC NULLS LAST, received_at ASC NULLS LAST,
    set_id, image_id
LIMIT CAST($limit AS BIGINT) OFFSET CAST(coalesce($offset, 0) AS BIGINT);
