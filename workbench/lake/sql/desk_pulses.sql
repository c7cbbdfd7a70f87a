SELECT pulses.pulse_key, pulses.kind, pulses.started_at, pulses.beat_at, pulses.state, wishes.wish, wishes.wished_by
FROM {at}desk_pulses AS pulses
LEFT JOIN {at}desk_wishes AS wishes ON wishes.pulse_key = pulses.pulse_key
ORDER BY pulses.started_at DESC, pulses.pulse_key;
