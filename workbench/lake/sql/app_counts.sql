-- The counts of the overview, one row a run and one row (run_id NULL) over the result that holds of each image.
WITH together AS (
    SELECT run_id, outcome, lane, audit_sample, risk_calibrated, simulated, last_at, n FROM counted_run_days($filters)
    UNION ALL
    SELECT NULL, outcome, lane, audit_sample, risk_calibrated, simulated, last_at, n FROM counted_days($filters, false)
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
        max(last_at) AS newest_at
    FROM together
    GROUP BY run_id
)
SELECT * FROM final ORDER BY newest_at, run_id;
