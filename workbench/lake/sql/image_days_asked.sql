-- The days on which touched images were reported or judged: their counts are made anew. A verdict that was taken back left
-- its day as well.
CREATE OR REPLACE TEMP TABLE days_asked AS
SELECT facts.set_id, day_of(facts.reported_at) AS its_day, bool_or(touched.worked_on) AS worked_on
FROM image_facts AS facts
INNER JOIN touched ON touched.set_id = facts.set_id AND touched.image_id = facts.image_id
GROUP BY facts.set_id, its_day;
CREATE OR REPLACE TEMP TABLE built_image_days AS SELECT * FROM made_image_days;
CREATE OR REPLACE TEMP TABLE built_work_days AS SELECT * FROM made_work_days;
CREATE OR REPLACE TEMP TABLE judged_days_asked AS
SELECT DISTINCT reviews.set_id, day_of(reviews.reviewed_at) AS its_day
FROM lake.reviews AS reviews
SEMI JOIN touched ON touched.set_id = reviews.set_id AND touched.image_id = reviews.image_id;
CREATE OR REPLACE TEMP TABLE built_verdict_days AS SELECT * FROM made_verdict_days;
