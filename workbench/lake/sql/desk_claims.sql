SELECT claim_key, holder, tab, claimed_at, expires_at FROM {at}desk_claims ORDER BY claimed_at, claim_key;
