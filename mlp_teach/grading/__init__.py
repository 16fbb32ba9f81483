"""Exercises: what they ask, how an answer is judged, and where a student's code runs."""
