"""Operations of balances."""
