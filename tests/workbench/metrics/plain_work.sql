-- When each image that counts was worked on, plainly over the records.
SELECT started_at, ended_at FROM plain_work($filters) WHERE started_at IS NOT NULL;
