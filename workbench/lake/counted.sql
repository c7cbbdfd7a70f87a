-- The rows a figure counts, under the filters (`f`, see chosen.sql). Queries of figures write `counted_…($filters)`.

-- Rows of an image that differ in engine, spec or policy, and rows of one run, are set against each other when a figure
-- is asked for; of all others `later` says whether they count.
CREATE OR REPLACE TEMP MACRO is_open(f, is_mixed) AS (
    f.run_id IS NOT NULL OR (is_mixed AND (f.engine IS NOT NULL OR f.spec IS NOT NULL OR f.policy IS NOT NULL))
);
CREATE OR REPLACE TEMP MACRO still_newest(f, later) AS (
    later IS NULL OR coalesce(later >= CAST(f.until AS TIMESTAMPTZ), false)
);

-- every result a run reported, by the moment it was reported
CREATE OR REPLACE TEMP MACRO counted_results(f) AS TABLE
SELECT * FROM image_facts
WHERE of_run(f, run_id)
    AND in_period(f, reported_at)
    AND fits(
        f, set_id, category, brand, channel, campaign_tier, engine, spec_name, policy_name, policy_version, simulated
    );

-- one row per image: of several results the newest under the filters
CREATE OR REPLACE TEMP MACRO counted_images(f) AS TABLE
SELECT * FROM counted_results(f) WHERE NOT is_open(f, mixed) AND still_newest(f, later)
UNION ALL
SELECT * FROM (
    SELECT * FROM counted_results(f) WHERE is_open(f, mixed)
    QUALIFY row_number() OVER (PARTITION BY set_id, image_id ORDER BY reported_at DESC, version DESC, result_id) = 1
);

-- one row per image received in the period, whenever it was worked on; a cohort's costs and times are counted on it
CREATE OR REPLACE TEMP MACRO counted_cohort(f) AS TABLE
WITH received AS NOT MATERIALIZED (
    SELECT * FROM image_facts
    WHERE of_run(f, run_id)
        AND in_period(f, received_at)
        AND fits(
            f, set_id, category, brand, channel, campaign_tier, engine, spec_name, policy_name, policy_version,
            simulated
        )
)
SELECT * FROM received WHERE NOT is_open(f, mixed) AND later IS NULL
UNION ALL
SELECT * FROM (
    SELECT * FROM received WHERE is_open(f, mixed)
    QUALIFY row_number() OVER (PARTITION BY set_id, image_id ORDER BY reported_at DESC, version DESC, result_id) = 1
);

-- one row per image whose pixels were computed under the filters: the newest time they were
CREATE OR REPLACE TEMP MACRO counted_work(f) AS TABLE
SELECT * FROM counted_results(f) WHERE NOT reused AND NOT is_open(f, mixed) AND still_newest(f, later_work)
UNION ALL
SELECT * FROM (
    SELECT * FROM counted_results(f) WHERE NOT reused AND is_open(f, mixed)
    QUALIFY row_number() OVER (PARTITION BY set_id, image_id ORDER BY reported_at DESC, version DESC, result_id) = 1
);

-- one row per image that the policy sent out untouched: its newest automatic result in lane auto
CREATE OR REPLACE TEMP MACRO counted_untouched(f) AS TABLE
SELECT * FROM counted_results(f) WHERE version = 1 AND lane = 'auto' AND alone
UNION ALL
SELECT * FROM (
    SELECT * FROM counted_results(f) WHERE version = 1 AND lane = 'auto' AND NOT alone
    QUALIFY row_number() OVER (PARTITION BY set_id, image_id ORDER BY reported_at DESC, result_id) = 1
);

-- one row per image that was drawn for the audit: the newest such result in lane auto
CREATE OR REPLACE TEMP MACRO counted_audits(f) AS TABLE
SELECT * FROM counted_results(f) WHERE version = 1 AND lane = 'auto' AND audit_sample AND alone
UNION ALL
SELECT * FROM (
    SELECT * FROM counted_results(f) WHERE version = 1 AND lane = 'auto' AND audit_sample AND NOT alone
    QUALIFY row_number() OVER (PARTITION BY set_id, image_id ORDER BY reported_at DESC, result_id) = 1
);

-- every verdict that stands, by its moment, with the photo's attributes; `judgement` 1 is an image's first
CREATE OR REPLACE TEMP MACRO counted_verdicts(f) AS TABLE
SELECT * FROM verdict_facts
WHERE in_period(f, reviewed_at)
    AND fits(
        f, set_id, category, brand, channel, campaign_tier, engine, spec_name, policy_name, policy_version, simulated
    )
    AND (
        of_run(f, NULL)
        OR result_id IN ( -- without a run there is nothing to look up: millions of names would be read to be ignored
            SELECT result_id FROM image_facts WHERE NOT of_run(f, NULL) AND of_run(f, run_id)
        )
    );

-- which of a photo's attributes kept rows have to be by: 1 category, channel and tier, 2 brand, 0 none (see facts.sql)
CREATE OR REPLACE TEMP MACRO asked_attributes(f) AS (
    CASE
        WHEN f.brand IS NOT NULL THEN 2
        WHEN f.category IS NOT NULL OR f.channel IS NOT NULL OR f.tier IS NOT NULL THEN 1
        ELSE 0
    END
);

-- every step, check and writer that was really executed, by when it began: single ones, or counted by day. `first` and
-- `first_failed` say how many of them are the last of their image, so that each image counts once; rows that are
-- `single` are set against each other by image
CREATE OR REPLACE TEMP MACRO counted_steps(f) AS TABLE
SELECT
    *,
    mixed AND is_open(f, true) AS single,
    CASE WHEN still_newest(f, later) THEN n ELSE 0 END AS images,
    CASE WHEN failed AND still_newest(f, failed_later) THEN n ELSE 0 END AS failed_images
FROM step_facts
WHERE of_run(f, run_id)
    AND in_period(f, started_at)
    AND coalesce(attributes = asked_attributes(f), true)
    AND fits(
        f, set_id, category, brand, channel, campaign_tier, engine, spec_name, policy_name, policy_version, simulated
    );

-- what each check said of each image's newest result: single answers, or counted by day
CREATE OR REPLACE TEMP MACRO counted_checks(f) AS TABLE
SELECT "check", unit, images, flagged, abstained, spread
FROM check_facts
WHERE NOT is_open(f, mixed)
    AND still_newest(f, later)
    AND in_period(f, reported_at)
    AND coalesce(attributes = asked_attributes(f), true)
    AND fits(
        f, set_id, category, brand, channel, campaign_tier, engine, spec_name, policy_name, policy_version, simulated
    )
UNION ALL
SELECT
    answer."check", answer.unit, CAST(answer."value" IS NOT NULL AS BIGINT),
    CAST(coalesce(NOT answer.passed, false) AS BIGINT), CAST(answer."value" IS NULL AS BIGINT),
    CASE WHEN answer."value" IS NOT NULL THEN MAP {answer."value": CAST(1 AS UBIGINT)} END
FROM (
    SELECT unnest(results.checks) AS answer
    FROM (SELECT set_id, result_id FROM counted_images(f) WHERE is_open(f, mixed)) AS newest
    INNER JOIN lake.results AS results ON results.result_id = newest.result_id AND results.set_id = newest.set_id
);

-- a quantile of values that were counted: the values on both sides of the place, as far between as the place is
CREATE OR REPLACE TEMP MACRO quantile_of(its_value, up_to, total, p) AS (
    min(its_value) FILTER (up_to > floor(p * (total - 1)))
    + (any_value(p * (total - 1)) - floor(any_value(p * (total - 1)))) * (
        min(its_value) FILTER (up_to > ceil(p * (total - 1))) - min(its_value) FILTER (up_to > floor(p * (total - 1)))
    )
);

-- page results by their day, with the attributes of one image of the product: the one with the newest result. They are
-- looked up where they are asked for: by a filter, or by the query (`with_photo`)
CREATE OR REPLACE TEMP MACRO asks_for_images(f) AS (
    coalesce(f.run_id, f.set_id, f.category, f.brand, f.channel, f.tier, f.engine, f.spec, f.policy) IS NOT NULL
);
CREATE OR REPLACE TEMP MACRO counted_pages(f, with_photo) AS TABLE
WITH pictures AS (
    SELECT
        set_id, sku, category, brand, channel, campaign_tier, engine, spec_name, policy_name, policy_version, run_id
    FROM image_facts
    SEMI JOIN lake.page_results AS named ON named.sku = image_facts.sku
    WHERE with_photo OR asks_for_images(f)
    QUALIFY row_number() OVER (PARTITION BY sku ORDER BY reported_at DESC, result_id) = 1
)
SELECT pages.*, pictures.category, pictures.brand
FROM lake.page_results AS pages
LEFT JOIN pictures ON pictures.sku = pages.sku
WHERE in_period(f, CAST(pages.day AS TIMESTAMPTZ))
    AND of_run(f, pictures.run_id)
    AND fits(
        f, coalesce(pages.set_id, pictures.set_id), pictures.category, pictures.brand, pictures.channel,
        pictures.campaign_tier, pictures.engine, pictures.spec_name, pictures.policy_name, pictures.policy_version,
        pages.simulated
    );
