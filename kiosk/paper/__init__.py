"""The evacuation list on paper: as a document for any printer, and on the badge printer's labels and rolls."""
