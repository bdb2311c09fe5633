"""The launcher's one error: said in plain words, without a traceback."""


class LauncherError(Exception):
    """The text tells what is wrong and what to do."""
