-- The days on which a touched image was worked on: their counts are made anew, from all images of those days.
CREATE OR REPLACE TEMP TABLE dirty_steps AS
SELECT DISTINCT date_trunc('day', events.started_at) AS its_day
FROM lake.step_events AS events
INNER JOIN touched ON touched.set_id = events.set_id AND touched.image_id = events.image_id
WHERE touched.worked_on;
CREATE OR REPLACE TEMP TABLE dirty_checks AS
SELECT DISTINCT date_trunc('day', facts.reported_at) AS its_day
FROM image_facts AS facts
INNER JOIN touched ON touched.set_id = facts.set_id AND touched.image_id = facts.image_id
WHERE touched.worked_on;
CREATE OR REPLACE TEMP TABLE dirty_images AS
WITH source AS (
    SELECT set_id, image_id FROM lake.step_events
    WHERE day IN (SELECT CAST(its_day AS DATE) FROM dirty_steps)
    UNION
    SELECT set_id, image_id FROM image_facts
    WHERE date_trunc('day', reported_at) IN (SELECT its_day FROM dirty_checks)
)
SELECT * FROM source;
