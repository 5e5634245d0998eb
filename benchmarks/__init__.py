"""Benchmarks of the emulator. What counts are the ratios within one run: machines differ."""
