DELETE FROM {at}desk_pulses WHERE pulse_key = $pulse_key;
