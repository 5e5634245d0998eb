"""Rewards, promo codes and referrals: what may be made, who may redeem, what is given to whom."""
