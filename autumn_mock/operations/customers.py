"""Operations of customers."""
