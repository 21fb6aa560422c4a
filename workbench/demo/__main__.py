"""``./lodge demo``: begins at once with a way out, since the demo's own imports take a second."""

import signal

# Nothing has been started yet: Ctrl-C may end the process as it is, without a traceback.
signal.signal(signal.SIGINT, signal.SIG_DFL)

from workbench.demo.command import main  # noqa: E402 -- after the line above

if __name__ == "__main__":
    main(prog_name="lodge demo")
