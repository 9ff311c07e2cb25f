"""What was looked for and what came of it: the notebook of a web process, the log, and what a day comes to for each offer."""
