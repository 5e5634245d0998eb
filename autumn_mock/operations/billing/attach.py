"""Operations of billing.attach."""
