DELETE FROM {at}desk_wishes WHERE pulse_key = $pulse_key;
