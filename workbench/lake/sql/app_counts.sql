-- The counts of the overview, one row a run and one row (run_id NULL) over the result that holds of each image. An image
-- with one row counts with it for its run and for the whole; the rows of others are set against each other, a run being
-- over one set.
WITH newest AS (
    SELECT
        run_id, unnest(arg_max({
            'outcome': outcome, 'lane': lane, 'audit_sample': audit_sample, 'risk_calibrated': risk_calibrated,
            'simulated': simulated, 'reported_at': reported_at
        }, (reported_at, version)))
    FROM counted_results($filters)
    WHERE NOT alone
    GROUP BY run_id, image_id
),
tallied AS (
    SELECT
        true AS of_run, true AS of_whole, run_id, outcome, lane, audit_sample, risk_calibrated, simulated, count(*) AS n,
        max(reported_at) AS newest_at
    FROM counted_results($filters)
    WHERE alone
    GROUP BY ALL
    UNION ALL
    SELECT
        true, false, run_id, outcome, lane, audit_sample, risk_calibrated, simulated, count(*), max(reported_at)
    FROM newest
    GROUP BY ALL
    UNION ALL
    SELECT
        false, true, NULL, outcome, lane, audit_sample, risk_calibrated, simulated, count(*), max(reported_at)
    FROM counted_images($filters)
    WHERE NOT alone
    GROUP BY ALL
),
together AS (
    SELECT * FROM tallied WHERE of_run
    UNION ALL SELECT * REPLACE (NULL AS run_id) FROM tallied WHERE of_whole
),
final AS (
    SELECT
        run_id,
        CAST(sum(n) AS BIGINT) AS images,
        CAST(coalesce(sum(n) FILTER (outcome = 'done'), 0) AS BIGINT) AS done,
        CAST(coalesce(sum(n) FILTER (outcome = 'refused'), 0) AS BIGINT) AS refused,
        CAST(coalesce(sum(n) FILTER (outcome = 'failed'), 0) AS BIGINT) AS failed,
        CAST(coalesce(sum(n) FILTER (lane = 'auto'), 0) AS BIGINT) AS auto,
        CAST(coalesce(sum(n) FILTER (lane = 'check'), 0) AS BIGINT) AS "check",
        CAST(coalesce(sum(n) FILTER (lane = 'manual'), 0) AS BIGINT) AS manual,
        CAST(coalesce(sum(n) FILTER (lane = 'senior'), 0) AS BIGINT) AS senior,
        CAST(coalesce(sum(n) FILTER (audit_sample), 0) AS BIGINT) AS audited,
        CAST(coalesce(sum(n) FILTER (simulated), 0) AS BIGINT) AS simulated,
        CAST(coalesce(sum(n) FILTER (NOT coalesce(risk_calibrated, true)), 0) AS BIGINT) AS uncalibrated,
        wilson_low(auto, images) AS auto_low,
        wilson_high(auto, images) AS auto_high,
        max(newest_at) AS newest_at
    FROM together
    GROUP BY run_id
)
SELECT * FROM final ORDER BY newest_at, run_id;
