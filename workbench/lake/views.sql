-- What queries read. Temporary views: they live in the connection, so they always fit the code that uses them. They rest
-- on the stored rows that scope.sql chooses: all of them, or those of some images.

-- 95% Wilson score interval of a share; 1.96 is the 97.5% point of the normal distribution. NULL without data.
-- Source: Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22, 209-212.
CREATE OR REPLACE TEMP MACRO wilson_low(hits, n) AS
    CASE WHEN n > 0 AND hits IS NOT NULL THEN greatest(0.0, (
        hits + 1.959963984540054 ** 2 / 2
        - 1.959963984540054 * sqrt(hits * (n - hits) / n + 1.959963984540054 ** 2 / 4)
    ) / (n + 1.959963984540054 ** 2)) END;
CREATE OR REPLACE TEMP MACRO wilson_high(hits, n) AS
    CASE WHEN n > 0 AND hits IS NOT NULL THEN least(1.0, (
        hits + 1.959963984540054 ** 2 / 2
        + 1.959963984540054 * sqrt(hits * (n - hits) / n + 1.959963984540054 ** 2 / 4)
    ) / (n + 1.959963984540054 ** 2)) END;

-- A moment without its zone, and the seconds between two: over millions of rows, arithmetic on moments with a zone asks
-- a calendar for each of them and takes ten times as long.
CREATE OR REPLACE TEMP MACRO utc(moment) AS make_timestamp(epoch_us(moment));
CREATE OR REPLACE TEMP MACRO seconds_between(earlier, later) AS ((epoch_us(later) - epoch_us(earlier)) / 1000000.0);

-- a verdict of our own people; clients, the DAM and the site come from outside
CREATE OR REPLACE TEMP MACRO from_inside(source) AS (source IN ('qa_board', 'label_studio', 'simulated'));

-- each photo as it was last seen; a photo without a received_at in its manifest was received when first seen
CREATE OR REPLACE TEMP VIEW images_current AS
WITH source AS (
    SELECT *, min(seen_at) OVER (PARTITION BY set_id, image_id) AS first_seen_at FROM stored_photos
),
final AS (
    SELECT * REPLACE (coalesce(received_at, first_seen_at) AS received_at)
    FROM source
    QUALIFY row_number() OVER (PARTITION BY set_id, image_id ORDER BY seen_at DESC, row_key) = 1
)
SELECT * FROM final;

-- each verdict that stands, beside the result it judged; `judgement` counts the verdicts on an image, 1 is the first
CREATE OR REPLACE TEMP VIEW judged AS
WITH source AS (
    SELECT
        reviews.*, results.result_key, results.spec_name, results.lane, results.engine, results.policy_name,
        results.policy_version,
        row_number() OVER (
            PARTITION BY reviews.set_id, reviews.image_id ORDER BY reviews.reviewed_at, reviews.row_key
        ) AS judgement
    FROM stored_reviews AS reviews
    ANTI JOIN lake.review_retractions AS retractions ON retractions.review_id = reviews.review_id
    LEFT JOIN stored_results AS results ON results.result_id = reviews.result_id
)
SELECT * FROM source;

-- one row per run and result, with the photo's attributes and the state the result is in now;
-- the newest `reported_at` of an image is the one that holds
CREATE OR REPLACE TEMP VIEW image_outcomes AS
WITH verdicts AS (
    SELECT set_id, image_id, result_key, version, verdict
    FROM judged
    QUALIFY row_number() OVER (
        PARTITION BY set_id, image_id, result_key, version ORDER BY reviewed_at DESC, row_key DESC
    ) = 1
),
final AS (
    SELECT
        ran.run_id,
        ran.reused,
        ran.recorded_at AS reported_at,
        results.*,
        CASE WHEN results.outcome = 'done' THEN coalesce(verdicts.verdict, results.status) END AS state,
        verdicts.verdict,
        photos.sku,
        photos.path,
        photos.relative_path,
        photos.category,
        photos.brand,
        photos.job_id,
        photos.channel,
        photos.received_at,
        photos.campaign_tier,
        photos.deadline
    FROM stored_run_results AS ran
    INNER JOIN stored_results AS results
        ON results.result_id = ran.result_id
        AND results.set_id = ran.set_id -- follows from the line above; it lets a filter reach every table
        AND results.image_id = ran.image_id
    LEFT JOIN images_current AS photos ON photos.set_id = ran.set_id AND photos.image_id = ran.image_id
    LEFT JOIN verdicts
        ON verdicts.set_id = results.set_id
        AND verdicts.image_id = results.image_id
        AND verdicts.result_key = results.result_key
        AND verdicts.version = results.version
)
SELECT * FROM final;

-- Whether a first verdict says that the automatic result failed (CONTRACTS.md, "What a verdict judges"): it was sent
-- back, or approved only after an edit that changed pixels; in manual and senior what the retoucher said of the cutout.
-- NULL where nobody has answered.
CREATE OR REPLACE TEMP MACRO has_failed(its_lane, verdict, usable, pixels_changed) AS
    CASE
        WHEN its_lane IN ('manual', 'senior') THEN usable IN ('start', 'useless')
        ELSE verdict <> 'approved' OR coalesce(pixels_changed, false)
    END;

-- whether the automatic result failed: one row for each result whose version 1 was judged, by its first verdict.
-- In manual and senior only the retoucher's answer counts; without it `auto_failed` is NULL, never false.
CREATE OR REPLACE TEMP VIEW automatic_verdicts AS
WITH source AS (
    SELECT * FROM judged WHERE version = 1 AND result_key IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY set_id, image_id, result_key ORDER BY reviewed_at, row_key) = 1
),
final AS (
    SELECT
        set_id, image_id, result_id, result_key, spec_name, lane, review_id, reviewed_at, reviewer, verdict, reasons,
        actions, pixels_changed, usable, simulated,
        has_failed(lane, verdict, usable, pixels_changed) AS auto_failed
    FROM source
)
SELECT * FROM final;
