"""``python -m cloud_api.cli``."""

from cloud_api.cli.main import main

main(prog_name="lodge-cloud")
