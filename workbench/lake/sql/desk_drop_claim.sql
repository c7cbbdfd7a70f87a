DELETE FROM {at}desk_claims WHERE claim_key = $claim_key;
