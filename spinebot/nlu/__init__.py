"""Understanding one message: the sentence encoder and the graph components on it."""
