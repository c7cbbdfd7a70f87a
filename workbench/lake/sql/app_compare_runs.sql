-- Two runs of a set side by side, one row: how many images each has, what they cost, where risk went.
WITH source AS (
    SELECT * FROM image_outcomes WHERE run_id IN ($run_a, $run_b)
    QUALIFY row_number() OVER (PARTITION BY run_id, set_id, image_id ORDER BY reported_at DESC, version DESC) = 1
),
paired AS (
    SELECT a.run_id AS in_a, b.run_id AS in_b, a.risk AS risk_a, b.risk AS risk_b,
        coalesce(a.lane, a.outcome) AS lane_a, coalesce(b.lane, b.outcome) AS lane_b,
        a.core_seconds AS core_seconds_a, b.core_seconds AS core_seconds_b, a.reused AS reused_a, b.reused AS reused_b,
        a.result_key = b.result_key AS same_pixels
    FROM (SELECT * FROM source WHERE run_id = $run_a) AS a
    FULL JOIN (SELECT * FROM source WHERE run_id = $run_b) AS b ON b.set_id = a.set_id AND b.image_id = a.image_id
),
final AS (
    SELECT
        count(*) FILTER (in_a IS NOT NULL AND in_b IS NOT NULL) AS both,
        count(*) FILTER (in_b IS NULL) AS only_a,
        count(*) FILTER (in_a IS NULL) AS only_b,
        count(*) FILTER (lane_a != lane_b) AS lane_changed,
        count(*) FILTER (same_pixels) AS same_pixels,
        avg(risk_a) FILTER (risk_b IS NOT NULL) AS risk_a,
        avg(risk_b) FILTER (risk_a IS NOT NULL) AS risk_b,
        count(*) FILTER (risk_b > risk_a) AS risk_higher,
        count(*) FILTER (risk_b < risk_a) AS risk_lower,
        avg(core_seconds_a) FILTER (in_b IS NOT NULL AND NOT reused_a) AS core_seconds_a,
        avg(core_seconds_b) FILTER (in_a IS NOT NULL AND NOT reused_b) AS core_seconds_b,
        count(*) FILTER (NOT reused_a) AS computed_a,
        count(*) FILTER (NOT reused_b) AS computed_b
    FROM paired
)
SELECT * FROM final;
