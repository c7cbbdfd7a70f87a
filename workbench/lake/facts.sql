-- What figures are counted on: one narrow row for each result a run reported, and one for each verdict that stands, with
-- everything figures are narrowed to or count. `made_images` and `made_verdicts` make them from the records;
-- `image_facts` and `verdict_facts` read those, or the rows kept of them (see aggregates.py), which are the same.

-- `later` is when the image was reported again: without filters on engine, spec and policy the row counts in a period
-- that ends before that. `alone`: the image has no other row; `mixed`: it has rows of another engine, spec or policy.
-- `first_verdict` is the image's first; `audit_failed` what the first of our own people found on this result;
-- `complained`: somebody outside sent the image back; `ready_at`: when it could go out, NULL while it cannot.
CREATE OR REPLACE TEMP VIEW made_images AS
WITH said_of_result AS (
    SELECT
        set_id, image_id, result_key, version,
        max(reviewed_at) FILTER (verdict = 'approved') AS approved_at,
        arg_min(verdict <> 'approved' OR coalesce(pixels_changed, false), (reviewed_at, row_key))
            FILTER (from_inside(source)) AS audit_failed
    FROM judged
    GROUP BY set_id, image_id, result_key, version
),
said_of_image AS (
    SELECT
        set_id, image_id,
        max(verdict) FILTER (judgement = 1) AS first_verdict,
        coalesce(bool_or(pixels_changed) FILTER (judgement = 1), false) AS first_edited,
        bool_or(verdict <> 'approved' AND NOT from_inside(source)) AS complained
    FROM judged
    GROUP BY set_id, image_id
),
published AS ( -- the same pixels routed anew later were out from the first time on
    SELECT set_id, image_id, result_key, version, min(recorded_at) AS published_at
    FROM stored_results
    WHERE status = 'published'
    GROUP BY set_id, image_id, result_key, version
),
final AS (
    SELECT
        held.set_id, held.image_id, held.run_id, held.result_id, held.result_key, held.version, held.reported_at,
        held.category, held.brand, held.channel, held.campaign_tier, held.engine, held.spec_name, held.policy_name,
        held.policy_version, held.simulated, held.outcome, held.failure_kind, held.failure_step, held.failure_reason,
        held.state, held.verdict, held.lane, held.risk_calibrated, held.reused, held.audit_sample,
        held.inclusion_probability, held.core_seconds, held.peak_memory_bytes, held.started_at, held.ended_at,
        held.received_at, held.deadline,
        CAST(held.attributes ->> '$."preparation.expected_minutes"' AS DOUBLE) AS expected_minutes,
        CASE
            WHEN held.state = 'published' OR (held.state = 'approved' AND held.status = 'published')
                THEN published.published_at
            WHEN held.state = 'approved' THEN said_of_result.approved_at
        END AS ready_at,
        said_of_image.first_verdict, coalesce(said_of_image.first_edited, false) AS first_edited,
        said_of_result.audit_failed, coalesce(said_of_image.complained, false) AS complained,
        lead(held.reported_at) OVER (
            PARTITION BY held.set_id, held.image_id, held.simulated
            ORDER BY held.reported_at, held.version, held.result_id DESC
        ) AS later,
        count(*) OVER (PARTITION BY held.set_id, held.image_id, held.simulated) = 1 AS alone,
        min(held.kind_of_result) OVER (PARTITION BY held.set_id, held.image_id, held.simulated)
            <> max(held.kind_of_result) OVER (PARTITION BY held.set_id, held.image_id, held.simulated) AS mixed
    FROM (
        SELECT *, hash(engine, spec_name, policy_name, policy_version) AS kind_of_result
        FROM image_outcomes
    ) AS held
    LEFT JOIN published
        ON published.set_id = held.set_id AND published.image_id = held.image_id
        AND published.result_key = held.result_key AND published.version = held.version
    LEFT JOIN said_of_result
        ON said_of_result.set_id = held.set_id AND said_of_result.image_id = held.image_id
        AND said_of_result.result_key = held.result_key AND said_of_result.version = held.version
    LEFT JOIN said_of_image ON said_of_image.set_id = held.set_id AND said_of_image.image_id = held.image_id
)
SELECT * FROM final;

-- `judgement` counts the verdicts on an image, 1 is the first; `alone`: the image has no other.
CREATE OR REPLACE TEMP VIEW made_verdicts AS
WITH final AS (
    SELECT
        judged.set_id, judged.image_id, judged.review_id, judged.result_id, judged.version, judged.reviewer,
        judged.reviewed_at, judged.verdict, judged.reasons, len(judged.actions) AS actions, judged.pixels_changed,
        judged.active_seconds, judged.source, judged.judgement, judged.lane, judged.engine, judged.spec_name,
        judged.policy_name, judged.policy_version, photos.category, photos.brand, photos.channel, photos.campaign_tier,
        photos.received_at, judged.simulated,
        count(*) OVER (PARTITION BY judged.set_id, judged.image_id) = 1 AS alone
    FROM judged
    LEFT JOIN images_current AS photos ON photos.set_id = judged.set_id AND photos.image_id = judged.image_id
)
SELECT * FROM final;

CREATE OR REPLACE TEMP VIEW image_facts AS SELECT * FROM made_images;
CREATE OR REPLACE TEMP VIEW verdict_facts AS SELECT * FROM made_verdicts;
