"""After an interruption or an overdose: time left, what helps, with which dose to go on."""
