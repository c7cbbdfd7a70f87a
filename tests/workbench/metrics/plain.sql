-- What figures count, written down as plainly as can be over the records: the oracle for counted.sql. Each macro gives
-- the rows that one of counted.sql's must give.
CREATE OR REPLACE TEMP TABLE plain_outcomes AS SELECT * FROM image_outcomes;
CREATE OR REPLACE TEMP TABLE plain_judged AS
SELECT judged.*, photos.category, photos.brand, photos.channel, photos.campaign_tier, photos.received_at
FROM judged LEFT JOIN images_current AS photos USING (set_id, image_id);
CREATE OR REPLACE TEMP TABLE plain_results AS SELECT * FROM lake.results;
CREATE OR REPLACE TEMP TABLE plain_events AS SELECT * FROM lake.step_events;
CREATE OR REPLACE TEMP TABLE plain_photos AS SELECT * FROM images_current;
CREATE OR REPLACE TEMP TABLE plain_run_results AS SELECT * FROM lake.run_results;

CREATE OR REPLACE TEMP MACRO plain_chosen(f) AS TABLE
SELECT * FROM plain_outcomes
WHERE of_run(f, run_id) AND in_period(f, reported_at)
    AND fits(
        f, set_id, category, brand, channel, campaign_tier, engine, spec_name, policy_name, policy_version, simulated
    );

CREATE OR REPLACE TEMP MACRO plain_images(f) AS TABLE
WITH newest AS (
    SELECT * FROM plain_chosen(f)
    QUALIFY row_number() OVER (PARTITION BY set_id, image_id ORDER BY reported_at DESC, version DESC, result_id) = 1
),
firsts AS (
    SELECT set_id, image_id, verdict AS first_verdict, coalesce(pixels_changed, false) AS first_edited
    FROM plain_judged WHERE judgement = 1
)
SELECT result_id, run_id, state, firsts.first_verdict, coalesce(firsts.first_edited, false) AS first_edited
FROM newest LEFT JOIN firsts USING (set_id, image_id);

CREATE OR REPLACE TEMP MACRO plain_cohort(f) AS TABLE
WITH held AS (
    SELECT * FROM plain_outcomes
    WHERE of_run(f, run_id) AND in_period(f, received_at)
        AND fits(
            f, set_id, category, brand, channel, campaign_tier, engine, spec_name, policy_name, policy_version,
            simulated
        )
    QUALIFY row_number() OVER (PARTITION BY set_id, image_id ORDER BY reported_at DESC, version DESC, result_id) = 1
),
published AS (
    SELECT set_id, image_id, result_key, version, min(recorded_at) AS published_at
    FROM plain_results WHERE status = 'published' GROUP BY ALL
),
approved AS (
    SELECT set_id, image_id, result_key, version, max(reviewed_at) AS approved_at
    FROM plain_judged WHERE verdict = 'approved' GROUP BY ALL
)
SELECT
    result_id, run_id, state,
    CASE
        WHEN state = 'published' OR (state = 'approved' AND status = 'published') THEN published_at
        WHEN state = 'approved' THEN approved_at
    END AS ready_at
FROM held
LEFT JOIN published USING (set_id, image_id, result_key, version)
LEFT JOIN approved USING (set_id, image_id, result_key, version);

CREATE OR REPLACE TEMP MACRO plain_work(f) AS TABLE
SELECT result_id, run_id, started_at, ended_at FROM plain_chosen(f) WHERE NOT reused
QUALIFY row_number() OVER (PARTITION BY set_id, image_id ORDER BY reported_at DESC, version DESC, result_id) = 1;

CREATE OR REPLACE TEMP MACRO plain_audits(f, only_drawn) AS TABLE
WITH newest AS (
    SELECT * FROM plain_chosen(f) WHERE version = 1 AND lane = 'auto' AND (audit_sample OR NOT only_drawn)
    QUALIFY row_number() OVER (PARTITION BY set_id, image_id ORDER BY reported_at DESC, result_id) = 1
),
audits AS (
    SELECT set_id, image_id, result_key, verdict <> 'approved' OR coalesce(pixels_changed, false) AS audit_failed
    FROM plain_judged WHERE version = 1 AND from_inside(source)
    QUALIFY row_number() OVER (PARTITION BY set_id, image_id, result_key ORDER BY reviewed_at, row_key) = 1
),
complaints AS (
    SELECT DISTINCT set_id, image_id, true AS complained
    FROM plain_judged WHERE verdict <> 'approved' AND NOT from_inside(source)
)
SELECT result_id, run_id, audits.audit_failed, coalesce(complained, false) AS complained
FROM newest LEFT JOIN audits USING (set_id, image_id, result_key) LEFT JOIN complaints USING (set_id, image_id);

CREATE OR REPLACE TEMP MACRO plain_verdicts(f) AS TABLE
SELECT review_id, judgement, lane, active_seconds FROM plain_judged
WHERE in_period(f, reviewed_at)
    AND fits(
        f, set_id, category, brand, channel, campaign_tier, engine, spec_name, policy_name, policy_version, simulated
    )
    AND (of_run(f, NULL) OR result_id IN (SELECT result_id FROM plain_run_results WHERE of_run(f, run_id)));
