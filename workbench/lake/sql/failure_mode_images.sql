-- The images of a cell: found wanting for a reason (any when $mode is NULL) in a category (any when $at is NULL), those that
-- took most minutes of rework first; a row as ``app_images.sql`` gives it, with the minutes beside it.
WITH verdicts AS (
    SELECT * FROM chosen_verdicts($filters)
),
wanted AS (
    SELECT set_id, image_id
    FROM verdicts
    WHERE judgement = 1
        AND (verdict <> 'approved' OR coalesce(pixels_changed, false))
        AND ($at IS NULL OR coalesce(category, 'no category') = $at)
        AND (
            $mode IS NULL OR list_contains(reasons, $mode)
            OR ($mode = 'no reason given' AND coalesce(len(reasons), 0) = 0)
        )
),
minutes AS (
    SELECT set_id, image_id, sum(active_seconds) / 60 AS rework_minutes
    FROM verdicts
    WHERE from_inside(source) AND (verdict <> 'approved' OR coalesce(pixels_changed, false) OR judgement > 1)
    GROUP BY set_id, image_id
),
held AS MATERIALIZED (
    SELECT outcomes.*
    FROM image_outcomes AS outcomes
    SEMI JOIN wanted ON wanted.set_id = outcomes.set_id AND wanted.image_id = outcomes.image_id
    WHERE outcomes.version = 1
    QUALIFY row_number() OVER (
        PARTITION BY outcomes.set_id, outcomes.image_id ORDER BY outcomes.reported_at DESC, outcomes.result_id
    ) = 1
),
final AS (
    SELECT
        (SELECT count(*) FROM held) AS total, held.set_id, held.image_id, held.result_id, held.photo_hash, held.version, held.sku,
        held.category, held.brand, held.campaign_tier, held.deadline, held.path, held.relative_path, held.spec_name,
        held.outcome, held.failure_kind, held.failure_reason, held.failure_step, held.lane, held.reasons, held.state,
        held.risk, held.risk_calibrated, held.audit_sample,
        CAST(held.attributes ->> '$."preparation.expected_minutes"' AS DOUBLE) AS expected_minutes,
        CAST(held.attributes ->> '$."preparation.complexity"' AS DOUBLE) AS complexity,
        held.width_px, held.height_px, held.made_at, held.reported_at, held.run_id, held.artefacts, held.simulated,
        list_transform(list_filter(held.checks, lambda c: c.passed = false), lambda c: c."check") AS flags,
        minutes.rework_minutes
    FROM held
    LEFT JOIN minutes ON minutes.set_id = held.set_id AND minutes.image_id = held.image_id
)
SELECT * FROM final ORDER BY rework_minutes DESC NULLS LAST, set_id, image_id LIMIT CAST($take AS BIGINT);
