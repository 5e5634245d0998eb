"""Operations of catalog."""
