"""Salvage of a damaged database (C05, ADR 51): what can be read of it is verified and written into a new one."""
