-- What a policy is judged by: each image's automatic result, the plan by which people looked at it, and what they found.

-- The filters (see chosen.sql) that a result, and a photo, can be held against before they are joined.
CREATE OR REPLACE TEMP MACRO fits_result(f, its_set, its_engine, its_spec, its_policy, its_policy_version, is_simulated)
AS fits(
    f, its_set, f.category, f.brand, f.channel, f.tier, its_engine, its_spec, its_policy, its_policy_version,
    is_simulated
);
CREATE OR REPLACE TEMP MACRO fits_photo(f, its_set, its_category, its_brand, its_channel, its_tier, is_simulated)
AS fits(
    f, its_set, its_category, its_brand, its_channel, its_tier, f.engine, f.spec, f.policy, NULL, is_simulated
);

-- One row per image received in the period. `lane` is where its newest routing sent it; `first_lane`, `drawn` and
-- `chance` are those of the first routing of the same pixels, by which it was or was not drawn for a look before
-- anybody saw it. `auto_failed` (CONTRACTS.md, "What a verdict judges"): the first verdict on version 1 was rework or
-- rejected, or an approval after an edit that changed pixels; in manual and senior what the retoucher said of the
-- automatic cutout; NULL while nobody has answered.
CREATE OR REPLACE TEMP MACRO automatic_results(f) AS TABLE
WITH reported AS (
    SELECT result_id, max(recorded_at) AS reported_at FROM lake.run_results WHERE of_run(f, run_id) GROUP BY result_id
),
routed AS (
    SELECT
        results.*, reported.reported_at,
        row_number() OVER (
            PARTITION BY results.set_id, results.image_id ORDER BY reported.reported_at DESC, results.result_id
        ) AS newness
    FROM (
        SELECT
            set_id, image_id, result_id, result_key, lane, risk, risk_calibrated, engine, spec_name, spec_hash,
            policy_name, policy_version, simulated, recorded_at, coalesce(audit_sample, false) AS audit_sample,
            inclusion_probability, len(list_filter(checks, lambda c: c.passed = false)) AS failed_checks
        FROM lake.results
        WHERE outcome = 'done' AND version = 1 AND lane IS NOT NULL
            AND fits_result(f, set_id, engine, spec_name, policy_name, policy_version, simulated)
    ) AS results
    INNER JOIN reported ON reported.result_id = results.result_id
),
newest AS (
    SELECT * FROM routed WHERE newness = 1
),
again AS ( -- the few that were routed more than once: the first time counts for the draw
    SELECT newest.set_id, newest.image_id, arg_min(
        struct_pack(
            lane := routed.lane, audit_sample := routed.audit_sample, chance := routed.inclusion_probability
        ), routed.recorded_at
    ) AS plan
    FROM routed
    INNER JOIN newest
        ON newest.set_id = routed.set_id AND newest.image_id = routed.image_id
        AND newest.result_key = routed.result_key
    WHERE (routed.set_id, routed.image_id) IN (SELECT (set_id, image_id) FROM routed WHERE newness = 2)
    GROUP BY newest.set_id, newest.image_id
),
photos AS (
    SELECT * FROM images_current
    WHERE fits_photo(f, set_id, category, brand, channel, campaign_tier, simulated) AND in_period(f, received_at)
),
first_verdicts AS (
    SELECT
        set_id, image_id, result_key,
        arg_min(struct_pack(verdict := verdict, pixels_changed := pixels_changed, usable := usable, lane := lane, active_seconds := active_seconds), reviewed_at) AS said
    FROM judged
    WHERE version = 1
    GROUP BY set_id, image_id, result_key
),
final AS (
    SELECT
        newest.* EXCLUDE (audit_sample, inclusion_probability, recorded_at, newness),
        photos.sku, photos.category, photos.campaign_tier, photos.received_at,
        coalesce(again.plan.lane, newest.lane) AS first_lane,
        coalesce(again.plan.audit_sample, newest.audit_sample) AS audit_sample,
        coalesce(again.plan.chance, newest.inclusion_probability) AS inclusion_probability,
        first_verdicts.said.active_seconds,
        CASE
            WHEN first_verdicts.said IS NULL THEN NULL
            WHEN first_verdicts.said.lane IN ('manual', 'senior') THEN first_verdicts.said.usable <> 'as_is'
            ELSE first_verdicts.said.verdict <> 'approved' OR coalesce(first_verdicts.said.pixels_changed, false)
        END AS auto_failed
    FROM newest
    INNER JOIN photos ON photos.set_id = newest.set_id AND photos.image_id = newest.image_id
    LEFT JOIN again ON again.set_id = newest.set_id AND again.image_id = newest.image_id
    LEFT JOIN first_verdicts
        ON first_verdicts.set_id = newest.set_id AND first_verdicts.image_id = newest.image_id
        AND first_verdicts.result_key = newest.result_key
)
SELECT * FROM final;
