"""The targets, by the part of the protocol that they read; ``workbench.fuzz.registry`` lists them all."""
