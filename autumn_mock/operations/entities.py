"""Operations of entities."""
