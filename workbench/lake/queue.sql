-- What the queue of people is made of: each image's result that holds, with the verdict that stands on it.

-- `what` says what it waits for: `review` (a first look, or a corrected version), `audit` (drawn from auto, not seen yet),
-- `correct` (sent back, waits for a corrected version); NULL when it waits for nobody. NULL parameters leave all in;
-- simulated results stand instead of real ones, never among them; an image asked for by name is found either way.
CREATE OR REPLACE TEMP MACRO held_work(its_run, its_set, its_image, is_simulated) AS TABLE
WITH ran AS (
    SELECT set_id, image_id, result_id, run_id, recorded_at AS reported_at FROM lake.run_results
    WHERE (its_run IS NULL OR run_id = its_run)
        AND (its_set IS NULL OR set_id = its_set)
        AND (its_image IS NULL OR image_id = its_image)
        AND (its_image IS NOT NULL OR simulated = coalesce(CAST(is_simulated AS BOOLEAN), false))
),
results AS (
    SELECT
        result_id, set_id, image_id, result_key, version, outcome, lane, status, risk, audit_sample, simulated,
        CAST(attributes ->> '$."preparation.expected_minutes"' AS DOUBLE) AS expected_minutes
    FROM lake.results
    WHERE (its_set IS NULL OR set_id = its_set) AND (its_image IS NULL OR image_id = its_image)
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
    WHERE (its_set IS NULL OR set_id = its_set) AND (its_image IS NULL OR image_id = its_image)
    QUALIFY row_number() OVER (
        PARTITION BY set_id, image_id, result_key, version ORDER BY reviewed_at DESC, row_key DESC
    ) = 1
),
final AS (
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
)
SELECT * FROM final;
