"""The whole installation on one machine without containers, for trying and for the tests.

    with Cluster(workers=2) as cluster:
        ...  # cluster.url is nginx's address
        cluster.workers[0].kill()
"""
from spinebot.ops.cluster.cluster import Cluster

__all__ = ["Cluster"]
