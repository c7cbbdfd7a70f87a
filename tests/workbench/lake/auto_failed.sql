SELECT image_id, lane, verdict, usable, auto_failed FROM automatic_verdicts ORDER BY image_id;
