"""Training: from labelled structures and an untrained model to a trained one and its errors."""
