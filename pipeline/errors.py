"""What can go wrong, as a family of errors.

PipelineError
├── UsageError            wrong usage or nothing to read: exit 2
├── InputError            one paper cannot be read: a failure record, exit 4 in the end
│   ├── UnsupportedInput  not a PDF and not a text
│   ├── BrokenInput       it says that it is one and is not whole
│   └── EmptyInput        nothing to read in it
├── DataError             lexicon, rule or gold files are wrong: all that is wrong at once, exit 2
├── OutputError           the run folder cannot be written: exit 2
├── ThresholdMissed       `eval --fail-under`: exit 3
└── Fault                 a bug in another process of ours, with its trace

A message is one line that says what is wrong and what to do.
"""

from __future__ import annotations


class PipelineError(Exception):
    """Base of all errors that are told to the user in a line, without a trace."""

    exit_code = 1


class UsageError(PipelineError):
    exit_code = 2


class InputError(PipelineError):
    exit_code = 4


class UnsupportedInput(InputError):
    pass


class BrokenInput(InputError):
    pass


class EmptyInput(InputError):
    pass


INPUT_ERRORS: dict[str, type[InputError]] = {
    kind.__name__: kind for kind in (InputError, UnsupportedInput, BrokenInput, EmptyInput)
}


class DataError(PipelineError):
    """Faults in data files, one `file:line: reason` each, gathered so that a reader sees all at once."""

    exit_code = 2

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(faults))


class OutputError(PipelineError):
    exit_code = 2


class ThresholdMissed(PipelineError):
    exit_code = 3


class Fault(PipelineError):
    """An error that nobody foresaw, as another process told it: the name of its class, its message, its trace."""

    def __init__(self, error: str, message: str, trace: str) -> None:
        self.error = error
        self.trace = trace
        super().__init__(message)
