INSERT INTO {at}desk_wishes VALUES ($pulse_key, $wish, $wished_by, $wished_at);
