-- What became of the images a policy version routed, to be held against what was promised when it was published: their
-- lanes, and the share of faulty ones among the audited images of auto (drawn by the plan; complaints stand apart).
WITH source AS (
    SELECT * FROM automatic_results($filters)
    WHERE policy_name = $policy_name AND policy_version = CAST($policy_version AS INTEGER)
),
complaints AS (
    SELECT set_id, image_id FROM judged WHERE verdict <> 'approved' GROUP BY set_id, image_id
),
filtered AS (
    SELECT source.*, complaints.image_id IS NOT NULL AS complained
    FROM source
    LEFT JOIN complaints ON complaints.set_id = source.set_id AND complaints.image_id = source.image_id
),
counted AS (
    SELECT
        count(*) AS images,
        count(*) FILTER (lane = 'auto') AS auto,
        count(*) FILTER (lane = 'check') AS "check",
        count(*) FILTER (lane = 'manual') AS manual,
        count(*) FILTER (lane = 'senior') AS senior,
        count(*) FILTER (first_lane = 'auto' AND audit_sample) AS drawn,
        count(*) FILTER (first_lane = 'auto' AND audit_sample AND auto_failed IS NOT NULL) AS judged,
        count(*) FILTER (first_lane = 'auto' AND audit_sample AND auto_failed) AS failed,
        count(*) FILTER (lane = 'auto' AND NOT audit_sample AND complained) AS complaints,
        min(received_at) AS first_received_at,
        max(received_at) AS last_received_at
    FROM filtered
),
final AS (
    SELECT
        *,
        auto / nullif(images, 0) AS auto_share, wilson_low(auto, images) AS auto_low,
        wilson_high(auto, images) AS auto_high,
        failed / nullif(judged, 0) AS rework, wilson_low(failed, judged) AS rework_low,
        wilson_high(failed, judged) AS rework_high
    FROM counted
)
SELECT * FROM final;
