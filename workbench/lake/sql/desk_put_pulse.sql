INSERT INTO {at}desk_pulses VALUES ($pulse_key, $kind, $started_at, $beat_at, $state);
