"""Speed, always beside a limit or a peer in the same run: absolute times differ from machine to machine."""
