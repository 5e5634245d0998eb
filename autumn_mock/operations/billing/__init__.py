"""Operations that change what a customer pays for."""
