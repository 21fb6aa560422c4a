"""What runs beside the service: jobs of the queue, the sequencer, and the rounds that clean up."""
