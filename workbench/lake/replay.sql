-- What a policy is judged by: each image's automatic result, the plan by which people looked at it, and what they found.

-- The filters (see chosen.sql) that a photo can be held against before it is joined with its result.
CREATE OR REPLACE TEMP MACRO fits_photo(f, its_set, its_category, its_brand, its_channel, its_tier, is_simulated)
AS fits(
    f, its_set, its_category, its_brand, its_channel, its_tier, f.engine, f.spec, f.policy, NULL, is_simulated
);
CREATE OR REPLACE TEMP MACRO fits_set(f, its_set, is_simulated)
AS fits_photo(f, its_set, f.category, f.brand, f.channel, f.tier, is_simulated);

-- Automatic results that were routed. `image` and `result` are 64-bit numbers for them, counted and compared faster than
-- texts; that two of 14 million share one has a chance of 1 in 100,000.
CREATE OR REPLACE TEMP MACRO routed_results(f) AS TABLE
SELECT
    set_id, image_id, hash(set_id, image_id) AS image, result_id, hash(result_id) AS result, result_key, lane, risk,
    risk_calibrated, engine, core_seconds, spec_name, spec_hash, policy_name, policy_version, simulated, recorded_at,
    coalesce(audit_sample, false) AS audit_sample, inclusion_probability,
    len(list_filter(checks, lambda c: c.passed = false)) AS failed_checks,
    attributes ->> '$."seen.rules_out"' AS rules_out
FROM lake.results
WHERE outcome = 'done' AND version = 1 AND lane IS NOT NULL
    AND fits_result(f, set_id, engine, spec_name, policy_name, policy_version, simulated);

-- Verdicts on automatic results that stand.
CREATE OR REPLACE TEMP MACRO first_version_verdicts(f) AS TABLE
SELECT
    hash(set_id, image_id) AS image, hash(result_id) AS result, result_id, verdict, pixels_changed, usable, active_seconds, reviewed_at, row_key
FROM lake.reviews AS reviews
ANTI JOIN lake.review_retractions AS retractions ON retractions.review_id = reviews.review_id
WHERE version = 1 AND fits_set(f, set_id, simulated);

-- Every sight of a photo in a manifest.
CREATE OR REPLACE TEMP MACRO sights(f) AS TABLE
SELECT
    set_id, image_id, hash(set_id, image_id) AS image, sku, category, brand, channel, campaign_tier, received_at,
    seen_at, row_key, simulated
FROM lake.images
WHERE fits_set(f, set_id, simulated);

-- One row per image received in the period. `lane` is where its newest routing sent it; `first_lane`, `audit_sample`
-- and `inclusion_probability` are those of the first routing of the same pixels, by which it was or was not drawn for a
-- look before anybody saw it. `auto_failed` (CONTRACTS.md, "What a verdict judges"): the first verdict on version 1 was
-- rework or rejected, or an approval after an edit that changed pixels; in manual and senior what the retoucher said of
-- the automatic cutout; NULL while nobody has answered.
-- Most images were seen, routed and judged once: those are joined as they are, and only the others put in order.
CREATE OR REPLACE TEMP MACRO automatic_results(f) AS TABLE
WITH several AS (
    SELECT image FROM (SELECT image FROM sights(f)) GROUP BY image HAVING count(*) > 1
    UNION
    SELECT image FROM (SELECT image FROM routed_results(f)) GROUP BY image HAVING count(*) > 1
    UNION
    SELECT image FROM (SELECT image FROM first_version_verdicts(f)) GROUP BY image HAVING count(*) > 1
),
once AS (
    SELECT
        photos.set_id, photos.image_id, photos.sku, photos.category, photos.brand, photos.channel, photos.campaign_tier,
        coalesce(photos.received_at, photos.seen_at) AS received_at,
        results.* EXCLUDE (set_id, image_id, image, result, result_key, recorded_at), results.lane AS first_lane,
        verdicts.verdict, verdicts.pixels_changed, verdicts.usable, verdicts.active_seconds
    FROM routed_results(f) AS results
    ANTI JOIN several ON several.image = results.image
    INNER JOIN sights(f) AS photos ON photos.image = results.image
    LEFT JOIN first_version_verdicts(f) AS verdicts ON verdicts.result = results.result
    WHERE of_run(f, NULL) OR results.result_id IN (
        SELECT result_id FROM lake.run_results WHERE NOT of_run(f, NULL) AND of_run(f, run_id)
    )
),
photos AS ( -- of the others the newest sight holds
    SELECT *, min(seen_at) OVER (PARTITION BY set_id, image_id) AS first_seen_at
    FROM sights(f) AS sights
    SEMI JOIN several ON several.image = sights.image
    QUALIFY row_number() OVER (PARTITION BY set_id, image_id ORDER BY seen_at DESC, row_key) = 1
),
reported AS ( -- once for each run that reported it
    SELECT results.*, reports.recorded_at AS reported_at
    FROM routed_results(f) AS results
    SEMI JOIN several ON several.image = results.image
    INNER JOIN lake.run_results AS reports ON reports.result_id = results.result_id AND of_run(f, reports.run_id)
),
plans AS ( -- the first routing of the same pixels
    SELECT set_id, image_id, result_key, lane AS first_lane, audit_sample, inclusion_probability
    FROM reported
    QUALIFY row_number() OVER (PARTITION BY set_id, image_id, result_key ORDER BY recorded_at, result_id) = 1
),
said AS ( -- the first verdict on the same pixels
    SELECT reported.set_id, reported.image_id, reported.result_key, verdicts.*
    FROM reported
    INNER JOIN first_version_verdicts(f) AS verdicts ON verdicts.result_id = reported.result_id
    QUALIFY row_number() OVER (
        PARTITION BY reported.set_id, reported.image_id, reported.result_key
        ORDER BY verdicts.reviewed_at, verdicts.row_key
    ) = 1
),
newest AS ( -- the newest routing
    SELECT * FROM reported
    QUALIFY row_number() OVER (PARTITION BY set_id, image_id ORDER BY reported_at DESC, result_id) = 1
),
ordered AS (
    SELECT
        photos.set_id, photos.image_id, photos.sku, photos.category, photos.brand, photos.channel, photos.campaign_tier,
        coalesce(photos.received_at, photos.first_seen_at) AS received_at, newest.result_id, newest.lane, newest.risk,
        newest.risk_calibrated, newest.engine, newest.core_seconds, newest.spec_name, newest.spec_hash, newest.policy_name,
        newest.policy_version, newest.simulated,
        plans.audit_sample, plans.inclusion_probability, newest.failed_checks, newest.rules_out, plans.first_lane, said.verdict,
        said.pixels_changed, said.usable, said.active_seconds
    FROM newest
    INNER JOIN photos USING (set_id, image_id)
    INNER JOIN plans USING (set_id, image_id, result_key)
    LEFT JOIN said USING (set_id, image_id, result_key)
),
final AS (
    SELECT
        * EXCLUDE (verdict, pixels_changed, usable, rules_out),
        coalesce(list_contains(string_split(rules_out, ','), category), false) AS contradicted,
        has_failed(first_lane, verdict, usable, pixels_changed) AS auto_failed
    FROM (SELECT * FROM once UNION ALL BY NAME SELECT * FROM ordered)
    WHERE in_period(f, received_at)
        AND fits_photo(f, set_id, category, brand, channel, campaign_tier, simulated)
)
SELECT * FROM final;
