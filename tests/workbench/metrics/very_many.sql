-- Makes every lake one of very many images, so that figures round as they do above a million.
CREATE OR REPLACE TEMP MACRO very_many(n) AS (n >= 0);
