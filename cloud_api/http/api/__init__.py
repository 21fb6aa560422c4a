"""The API for programs, under ``/api/v1`` (docs/api.md): tokens in the Authorization header, never cookies."""
