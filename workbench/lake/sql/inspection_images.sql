-- Everything a person inspects of some automatic results (`wanted.key`: result ids): the photo, what was measured, where
-- it was sent and why, what people said of it, and the minutes of rework it took.
WITH source AS (
    SELECT * FROM image_outcomes
    WHERE result_id IN (SELECT key FROM wanted)
    QUALIFY row_number() OVER (PARTITION BY result_id ORDER BY reported_at DESC, run_id) = 1
),
verdicts AS (
    SELECT * FROM judged WHERE (set_id, image_id) IN (SELECT (set_id, image_id) FROM source)
),
people AS (
    SELECT
        set_id, image_id,
        list_distinct(flatten(list(reasons) FILTER (verdict <> 'approved' OR coalesce(pixels_changed, false))))
            AS people_reasons,
        coalesce(bool_or(verdict <> 'approved' AND NOT from_inside(source)), false) AS rejected_later,
        sum(active_seconds) FILTER (
            from_inside(source) AND (verdict <> 'approved' OR coalesce(pixels_changed, false) OR judgement > 1)
        ) / 60 AS rework_minutes,
        arg_min(verdict, judgement) AS first_verdict,
        min(reviewed_at) AS judged_at
    FROM verdicts
    GROUP BY set_id, image_id
),
final AS (
    SELECT
        source.set_id, source.image_id, source.result_id, source.result_key, source.photo_hash, source.sku, source.path,
        source.relative_path, source.category, source.brand, source.channel, source.campaign_tier, source.run_id,
        source.spec_name, source.engine, source.outcome, source.failure_reason, source.lane, source.state,
        source.reasons, source.risk, source.max_risk, source.risk_calibrated, source.attributes, source.checks,
        source.artefacts, source.geometry, source.width_px, source.height_px, source.simulated, source.reported_at,
        photos.alpha_path, people.people_reasons, coalesce(people.rejected_later, false) AS rejected_later,
        people.rework_minutes, people.first_verdict, people.judged_at, said.auto_failed
    FROM source
    LEFT JOIN images_current AS photos ON photos.set_id = source.set_id AND photos.image_id = source.image_id
    LEFT JOIN people ON people.set_id = source.set_id AND people.image_id = source.image_id
    LEFT JOIN automatic_verdicts AS said
        ON said.set_id = source.set_id AND said.image_id = source.image_id AND said.result_key = source.result_key
)
SELECT * FROM final ORDER BY set_id, image_id, result_id;
