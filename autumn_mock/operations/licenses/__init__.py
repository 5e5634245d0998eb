"""Operations of licences."""
