-- The counts of the overview (app_counts.sql), plainly over the records.
WITH source AS (
    SELECT * FROM plain_chosen($filters)
),
a_run AS (
    SELECT run_id AS of_run, * FROM source
    QUALIFY row_number() OVER (PARTITION BY run_id, set_id, image_id ORDER BY reported_at DESC, version DESC) = 1
),
holding AS (
    SELECT NULL AS of_run, * FROM source
    QUALIFY row_number() OVER (PARTITION BY set_id, image_id ORDER BY reported_at DESC, version DESC, result_id) = 1
),
together AS (SELECT * FROM a_run UNION ALL SELECT * FROM holding),
final AS (
    SELECT
        of_run AS run_id,
        count(*) AS images,
        count(*) FILTER (outcome = 'done') AS done,
        count(*) FILTER (outcome = 'refused') AS refused,
        count(*) FILTER (outcome = 'failed') AS failed,
        count(*) FILTER (lane = 'auto') AS auto,
        count(*) FILTER (lane = 'check') AS "check",
        count(*) FILTER (lane = 'manual') AS manual,
        count(*) FILTER (lane = 'senior') AS senior,
        count(*) FILTER (audit_sample) AS audited,
        count(*) FILTER (simulated) AS simulated,
        count(*) FILTER (NOT coalesce(risk_calibrated, true)) AS uncalibrated,
        wilson_low(count(*) FILTER (lane = 'auto'), count(*)) AS auto_low,
        wilson_high(count(*) FILTER (lane = 'auto'), count(*)) AS auto_high,
        max(reported_at) AS newest_at
    FROM together
    GROUP BY of_run
)
SELECT * FROM final ORDER BY newest_at, run_id;
