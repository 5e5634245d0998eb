"""Events: filtering, summing and pricing what was used."""
