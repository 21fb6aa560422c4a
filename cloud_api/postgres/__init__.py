"""PostgreSQL without set-up: finds the binaries, makes a cluster, keeps it running while it is needed.

Usage::

    plan = ClusterPlan(folder=data / "postgres", binaries=choose_binaries(folder=data / "postgres"))
    with lease(plan) as server:                      # started by whoever comes first, stopped after the last
        psycopg.connect(server.url(user="postgres", password=server.superuser_password, database="postgres"))

No SQL is spoken here: roles and schemas are the migrations' affair. Not handled: replication, backups, and
moving a cluster to another major version.
"""
