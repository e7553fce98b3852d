"""What the two ends of a worker process say to each other, by the letters of `pipeline.channel`."""

# What a worker says: it is up, a paper enters a stage, what came of it, it cannot work at all.
UP, STAGE, OUTCOME, REFUSED = b"U", b"S", b"O", b"R"
# What it is told: the settings and keys of the run, a paper to work with those to come.
HELLO, TASK = b"H", b"T"
