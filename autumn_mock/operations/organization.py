"""Operations of organization."""
