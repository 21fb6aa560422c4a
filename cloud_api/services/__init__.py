"""What the cloud does, in terms of the business; SQL, mail and HTTP are other layers' affair.

Services open transactions through the tenant door and commit once: a use case happens whole or not at all.
Expected refusals are values; exceptions are for what the caller cannot be blamed for.
"""
