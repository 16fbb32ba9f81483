"""Interactive pictures for lessons: a plain function makes each, a thin front end shows it."""
