"""Operations of rewards, promo codes and referrals (reference: rewards, referral programs)."""
