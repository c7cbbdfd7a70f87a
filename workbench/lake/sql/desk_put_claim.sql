INSERT INTO {at}desk_claims VALUES ($claim_key, $holder, $tab, $claimed_at, $expires_at);
