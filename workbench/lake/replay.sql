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
CREATE OR REPLACE TEMP MACRO fits_set(f, its_set, is_simulated)
AS fits_photo(f, its_set, f.category, f.brand, f.channel, f.tier, is_simulated);

-- One row per image received in the period. `lane` is where its newest routing sent it; `first_lane`, `drawn` and
-- `chance` are those of the first routing of the same pixels, by which it was or was not drawn for a look before
-- anybody saw it. `auto_failed` (CONTRACTS.md, "What a verdict judges"): the first verdict on version 1 was rework or
-- rejected, or an approval after an edit that changed pixels; in manual and senior what the retoucher said of the
-- automatic cutout; NULL while nobody has answered.
CREATE OR REPLACE TEMP MACRO automatic_results(f) AS TABLE
WITH said_first AS (
    SELECT
        reviews.result_id,
        arg_min(
            struct_pack(
                verdict := reviews.verdict, pixels_changed := reviews.pixels_changed, usable := reviews.usable,
                active_seconds := reviews.active_seconds, reviewed_at := reviews.reviewed_at
            ),
            reviews.reviewed_at
        ) AS said
    FROM lake.reviews AS reviews
    ANTI JOIN lake.review_retractions AS retractions ON retractions.review_id = reviews.review_id
    WHERE reviews.version = 1
    GROUP BY reviews.result_id
),
routed AS ( -- once for each run that reported it; only the newest is counted
    SELECT
        results.*, reported.recorded_at AS reported_at, said_first.said,
        row_number() OVER (
            PARTITION BY results.set_id, results.image_id ORDER BY reported.recorded_at DESC, results.result_id
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
    INNER JOIN lake.run_results AS reported ON reported.result_id = results.result_id
    LEFT JOIN said_first ON said_first.result_id = results.result_id
    WHERE of_run(f, reported.run_id)
),
newest AS (
    SELECT * FROM routed WHERE newness = 1
),
rerouted AS (
    SELECT DISTINCT set_id, image_id FROM routed WHERE newness = 2
),
again AS ( -- the few that were routed more than once: the first routing counts for the draw, the first verdict of all
    SELECT
        routed.set_id, routed.image_id, routed.result_key,
        arg_min(
            struct_pack(
                lane := routed.lane, audit_sample := routed.audit_sample, chance := routed.inclusion_probability
            ), routed.recorded_at
        ) AS plan,
        arg_min(routed.said, routed.said.reviewed_at) AS said
    FROM routed
    SEMI JOIN rerouted ON rerouted.set_id = routed.set_id AND rerouted.image_id = routed.image_id
    GROUP BY routed.set_id, routed.image_id, routed.result_key
),
photos AS ( -- as images_current, with fewer columns: a year has millions of them
    SELECT
        set_id, image_id, sku, category, campaign_tier,
        coalesce(received_at, min(seen_at) OVER (PARTITION BY set_id, image_id)) AS received_at
    FROM (
        SELECT set_id, image_id, sku, category, brand, channel, campaign_tier, received_at, seen_at, row_key, simulated
        FROM lake.images
    ) AS seen
    WHERE fits_set(f, set_id, simulated)
    QUALIFY row_number() OVER (PARTITION BY set_id, image_id ORDER BY seen_at DESC, row_key) = 1
        AND fits_photo(f, set_id, category, brand, channel, campaign_tier, simulated)
),
joined AS (
    SELECT
        newest.* EXCLUDE (audit_sample, inclusion_probability, recorded_at, newness, said),
        photos.sku, photos.category, photos.campaign_tier, photos.received_at,
        coalesce(again.plan.lane, newest.lane) AS first_lane,
        coalesce(again.plan.audit_sample, newest.audit_sample) AS audit_sample,
        coalesce(again.plan.chance, newest.inclusion_probability) AS inclusion_probability,
        CASE WHEN again.plan IS NULL THEN newest.said ELSE again.said END AS said
    FROM newest
    INNER JOIN photos ON photos.set_id = newest.set_id AND photos.image_id = newest.image_id
    LEFT JOIN again
        ON again.set_id = newest.set_id AND again.image_id = newest.image_id AND again.result_key = newest.result_key
    WHERE in_period(f, photos.received_at)
),
final AS (
    SELECT
        * EXCLUDE (said),
        said.active_seconds AS active_seconds,
        has_failed(first_lane, said.verdict, said.usable, said.pixels_changed) AS auto_failed
    FROM joined
)
SELECT * FROM final;
