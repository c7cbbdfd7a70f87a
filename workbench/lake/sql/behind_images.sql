-- The images behind a figure, newest first: all that were processed, those in auto, those that wait for a person
-- (as in app_waiting.sql), or those whose first pass is known (as in the metric first_pass_yield).
WITH source AS (
    SELECT * FROM chosen_images($filters)
),
firsts AS (
    SELECT set_id, image_id, verdict AS first_verdict FROM judged WHERE judgement = 1
),
joined AS (
    SELECT source.*, firsts.first_verdict
    FROM source
    LEFT JOIN firsts ON firsts.set_id = source.set_id AND firsts.image_id = source.image_id
),
filtered AS (
    SELECT * FROM joined
    WHERE CASE $part
        WHEN 'auto' THEN coalesce(lane = 'auto', false)
        WHEN 'waiting' THEN
            outcome <> 'done' OR (lane = 'auto' AND audit_sample AND verdict IS NULL)
            OR state IN ('queued', 'claimed', 'rework')
        WHEN 'first_pass' THEN first_verdict IS NOT NULL OR state = 'published' OR outcome <> 'done'
        ELSE true
    END
),
final AS (
    SELECT
        set_id, image_id, sku, category, outcome, lane, state, first_verdict, risk, audit_sample, deadline,
        concat(policy_name, '@', policy_version) AS policy, spec_name, core_seconds, failure_reason, reported_at,
        simulated
    FROM filtered
)
SELECT * FROM final ORDER BY reported_at DESC, set_id, image_id LIMIT CAST($take AS BIGINT);
