"""From tablets to a pump and back, as a distribution beside what the sources say."""
