"""What ``bin/test --long`` adds."""

NOT_RUN = "not run: "
LONG = "bin/test --long adds dark theme, Lighthouse, soak, every fault seed, more API examples and the large bench"
